-- The months of access, and those beside them, as a day of the plant may be in another month than its time.
SELECT DISTINCT toYYYYMM(addMonths(month, arrayJoin([-1, 0, 1]))) AS name
FROM (SELECT DISTINCT toStartOfMonth(time) AS month FROM access)
ORDER BY name
