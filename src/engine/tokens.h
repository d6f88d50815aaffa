/* The insert tokens that the library wrote down, made true again after a kill. It notes a token
 * before the part of that token gets its name (MergeTreeSink.cpp: addPart(), then
 * renameTempPartAndAdd()); a kill in between leaves a token without rows, and the same block sent
 * again would be taken for a duplicate. A line that was cut off would hide all that follow. */
#pragma once

#include "engine/folder.h"

/* Takes such lines out of every table's log. Before the library starts, with the store's folder as
 * working directory and its lock held. */
int tokens_repair(const struct engine *engine, struct err *e) MUST_USE;
