// Results to take along: CSV, JSON, Markdown, the link, paper.
import { chanceText, count, intervalText, meanText, percentText, pText } from "../../domain/format.js";
import { isDecrease, metricName, metricText } from "../../domain/metric_text.js";
import { capital, distrusted, isAbsolute, isProportion, reading, valueOf, writerOf } from "../../domain/reading.js";
import { copy } from "../copy.js";
import { csvOf, download } from "../download.js";
import { levelOf } from "./head.js";
import { idOf } from "./use_results.js";

/** @param {Experiment} experiment @param {any[]} metrics @param {Record<string, any>} answers @param {string} at @param {boolean} isOff */
export function csvRows(experiment, metrics, answers, at, isOff) {
  const heads = ["metric", "metric_uuid", "type", "goal", "variant", "people", "sum", "sum_squares", "value", "change_low", "change_middle", "change_high", "difference", "chance_to_win_by_goal", "p_value", "reading", "method", "level", "computed_at"];
  const rows = metrics.flatMap((metric) => {
    const result = answers[idOf(metric)]?.result;
    if (!result) return [[metricName(metric), metric.uuid, metric.metric_type, metric.goal]];
    return [result.baseline, ...result.variant_results].map((side) => csvRow(experiment, metric, result, side, at, isOff));
  });
  return { heads, rows };
}

/** @param {Experiment} experiment @param {any} metric @param {any} result @param {any} side @param {string} at @param {boolean} isOff */
function csvRow(experiment, metric, result, side, at, isOff) {
  const isBase = side === result.baseline;
  const said = isBase ? null : distrusted(reading(metric, result.baseline, side), isOff);
  const chance = said?.chance ?? null;
  return [
    metricName(metric), metric.uuid, metric.metric_type, metric.goal ?? "increase", side.key, side.number_of_samples, side.sum, side.sum_squares, valueOf(metric, side),
    said?.interval?.[0], said?.middle, said?.interval?.[1], isAbsolute(experiment) ? "absolute" : "relative", chance === null ? null : isDecrease(metric) ? 1 - chance : chance,
    said?.p, isBase ? "baseline" : said && capital(said.word), side.method ?? result.variant_results[0]?.method, levelOf(experiment), at,
  ];
}

/** @param {Experiment} experiment @param {any[]} metrics @param {Record<string, any>} answers @param {boolean} isOff */
export function markdownOf(experiment, metrics, answers, isOff) {
  const lines = [`## ${experiment.name}`, "", "| metric | variant | value | change | interval | reading |", "| --- | --- | ---: | ---: | ---: | --- |"];
  for (const metric of metrics) {
    const result = answers[idOf(metric)]?.result;
    if (!result) {
      lines.push(`| ${escape(metricName(metric))} | | | | | no result |`);
      continue;
    }
    const text = writerOf(isAbsolute(experiment), metric);
    for (const side of [result.baseline, ...result.variant_results]) lines.push(markdownLine(metric, result, side, text, isOff));
  }
  return `${lines.join("\n")}\n\n${location.href}\n`;
}

/** @param {any} metric @param {any} result @param {any} side @param {(value: number) => string} text @param {boolean} isOff */
function markdownLine(metric, result, side, text, isOff) {
  const value = valueOf(metric, side);
  const shown = value === null ? "–" : isProportion(metric) ? `${percentText(value)} (${count(side.sum)} of ${count(side.number_of_samples)})` : meanText(value);
  if (side === result.baseline) return `| ${escape(metricName(metric))}: ${escape(metricText(metric))} | ${escape(side.key)} | ${shown} | baseline | | |`;
  const said = distrusted(reading(metric, result.baseline, side), isOff);
  const sure = said.chance !== null ? `, ${chanceText(said.chance, isDecrease(metric))} chance to win` : said.p !== null ? `, p ${pText(said.p)}` : "";
  return `| | ${escape(side.key)} | ${shown} | ${said.interval ? text(said.middle ?? 0) : "–"} | ${said.interval ? intervalText(said.interval, text) : ""} | ${capital(said.word)}${sure} |`;
}

/** @param {string} text */
const escape = (text) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** @param {any} context */
export function exportItems({ experiment, metrics, results, isOff }) {
  const name = `experiment-${experiment.id}`;
  return [
    { text: "CSV", icon: "download", run: () => { const { heads, rows } = csvRows(experiment, metrics, results.answers, results.at, isOff); download(`${name}.csv`, "text/csv", csvOf(heads, rows)); } },
    { text: "JSON, the answers", icon: "download", run: () => download(`${name}.json`, "application/json", JSON.stringify({ experiment, ...results.overview }, null, 2)) },
    { text: "Copy as Markdown", icon: "copy", run: () => copy(markdownOf(experiment, metrics, results.answers, isOff), "Copied as Markdown") },
    { text: "Copy the link", icon: "link", run: () => copy(location.href, "Copied the link") },
    { text: "Print", icon: "print", run: () => print() },
  ];
}
