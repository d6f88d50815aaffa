-- What so many hits of a test of 16 bits among so many SYNs of a source are worth, as it is added to the number of the tool (verdict.h):
-- field notes 2.12. A fragment, for WITH.
(hits, syns) -> multiIf(hits >= 10 AND 10 * hits >= 9 * syns, 0, hits >= 2 AND 2 * hits >= syns, 32, 64) AS level
