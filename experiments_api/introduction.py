"""Introduction and tag descriptions of the OpenAPI document."""

INTRODUCTION = """\
A/B experiments with the feature flags they drive, holdouts that keep people out of them, and saved
metrics that they share.

## Keys

Send a personal API key with every request: `Authorization: Bearer phx_…`. `bin/serve` prints the
first one, `bin/manage bootstrap` prints it again; people make more at `/api/personal_api_keys/`.
A key acts for its user, within its scopes; each operation below names the scope that it needs.
`experiment:write` implies `experiment:read`.

## First call

```sh
curl -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
  -d '{"name": "Checkout button", "feature_flag_key": "checkout-button"}' \\
  $HOST/api/projects/@current/experiments/
```

answers 201 with a draft and the feature flag made for it. `POST …/experiments/{id}/launch/` starts
it, `…/end/` stops it, `…/ship_variant/` gives one variant to everybody. In place of a project's id
`@current` is the project that the key's user works in. Bodies are JSON; the slash at the end of a
path may be left out.

## Pages

A list answers `{"count": 123, "next": …, "previous": …, "results": […]}`. `limit` says how many
results a page has (100 when it is left out), `offset` how many come before it. Follow `next` until
it is null.

## Refusals

Every refusal has a `detail`, a sentence for people. Nearly all are
`{"type", "code", "detail", "attr"}`: act on `code`, and `attr` names the field. A 409 with the code
`approval_required` means that others must agree first; what you asked for is recorded and done when
they do. A 429 or 503 says in `Retry-After` when to come again.

## Changes that meet

Answers carry an `ETag`. Send it as `If-Match` with a change, and it is refused with 412 if somebody
was faster; as `If-None-Match` with a GET for a 304 when nothing has changed. A POST with an
`Idempotency-Key` can be sent again without being done twice.
"""

# In the order of the pages: what the server is for comes first.
TAGS = {
    "experiments": "Experiments and the steps of their lives.",
    "experiment_holdouts": "Groups of people who see no experiment.",
    "experiment_saved_metrics": "Metrics that experiments share.",
    "feature_flags": "The flags that experiments drive, and others.",
    "scheduled_changes": "Changes of flags at a later time.",
    "query": "Results of experiments, computed from events.",
    "actions": "Named events that metrics count.",
    "annotations": "Notes about moments.",
    "tags": "Words to find all of these by.",
    "cohorts": "People who meet a definition, or were named.",
    "event_definitions": "The events that arrived.",
    "property_definitions": "The properties that events and people have.",
    "change_requests": "Changes that wait for somebody's approval.",
    "approval_policies": "Which changes need an approval, and whose.",
    "activity_log": "Who changed what.",
    "persons": "The people whom events are about.",
    "groups_types": "The types of group that events name.",
    "projects": "Projects: what contains all of the above.",
    "organizations": "Organizations: what contains projects.",
    "members": "Who belongs to an organization.",
    "invites": "Who is asked to join one.",
    "roles": "Groups of members.",
    "access_controls": "Who may do what in a project.",
    "resource_access_controls": "Who may do what with all objects of a kind.",
    "users": "People's own profiles.",
    "personal_api_keys": "People's own keys.",
    "project_secret_api_keys": "Keys of a project, for programs.",
    "signup": "The first login of somebody who was invited.",
    "login": "The beginning of a session.",
    "logout": "The end of a session.",
}
