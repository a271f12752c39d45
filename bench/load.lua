-- What wrk sends: the arguments are method, path, first id, number of ids, a mark, a body and, when
-- requests are mixed with PATCHes, how many follow each, and the path and the body of the PATCHes.
-- In the path and in the body @ID@ is the next of the ids, @MARK@ is a text never sent before.
local method, path, first, ids, mark, body, reads, write_path, write_body
local sent = 0

function init(arguments)
  method, path, mark, body = arguments[1], arguments[2], arguments[5], arguments[6]
  first, ids = tonumber(arguments[3]), tonumber(arguments[4])
  reads, write_path, write_body = tonumber(arguments[7] or 0), arguments[8], arguments[9]
  if body == "" then body = nil end
end

local function filled(text)
  text = text:gsub("@ID@", string.format("%d", first + sent % ids))
  return (text:gsub("@MARK@", mark .. "-" .. sent))
end

function request()
  sent = sent + 1
  if reads > 0 and sent % (reads + 1) == 0 then
    return wrk.format("PATCH", filled(write_path), nil, filled(write_body))
  end
  return wrk.format(method, filled(path), nil, body and filled(body))
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %.6f, "p50": %.4f, "p99": %.4f, "bytes": %d, "failed": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
