"""Sentences and groups of faults that several rows share."""

from __future__ import annotations

NOBODY_KNOWS = (
    "Looks for the job's own mark in the request history, after 15 s, 1 min, 5 min, 15 min, 1 h "
    "and 2 h. It never sends it again by itself, unless `UNCERTAIN` says so."
)
ASKED_OF_STAFF = (
    "*Uncertain*, and after the last look a decision: adopt an id, submit again, or give up. Here "
    "nothing was accepted, which nobody can know for sure."
)
NOT_OURS = "Fails the job at once: the same request would be refused again."
READ_IT = "*Failed*, with Segmind's own words. Mend what they name, then retry."
GATE = "Closes the account's gate: nothing else is submitted, what runs is still fetched."
LOOKS_AT_ACCOUNT = (
    "Asks for the account's credits, which is free, ever less often (1 to 15 min), and opens the "
    "gate when that is answered as it should be."
)
WAITS = "Asks again, at first after 1 s, then ever less often, up to every 30 s"
LATER = f"{WAITS}; after an hour, when Segmind forgets the request, it asks the request history."
HISTORY_HELPS = "*Running* meanwhile; done as soon as one answer is as it should be."
FETCHES = "Fetches again after 1 s, 2 s, 4 s … up to 10 min, 12 times; the link stays on the job."
RETRY_FETCHES = "*Failed* in the end; a retry fetches the file only, and costs nothing."

# What is answered instead of the step's own answer, and could be from anybody.
GIBBERISH = "html malformed empty list"
# What breaks once the step was taken.
BREAKS = "reset-amid cut trickle enormous truncated"
LOST_CODES = "408 502 504 520"
REFUSALS = "302 400 401 403 405 406 406-credits 406-limit 406-type 408 410 429 500 502 503 504 520"
POLLED = f"{REFUSALS} 404-page refused reset hang {GIBBERISH} {BREAKS} wrong-values unknown-state"
ANY_BAD = f"{REFUSALS} 404 404-page 422 refused reset hang {GIBBERISH} {BREAKS}"
ELSEWHERE = (
    "*Failed*, and the host is named. If it is Segmind's, add it to `OUTPUT_HOSTS`; a retry then "
    "fetches the file only."
)
