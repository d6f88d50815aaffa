/* How teiten match prints: a JSON object per alert, or counts per rule. */
#pragma once

#include "prog/match_watch.h"

#include "base/buf.h"

/* One line with the alert. file: name of the capture. */
void alert_print(struct buf *out, const struct watch_alert *alert, const char *file);
