// rwlock_stripped.c: a lock for readers and writers in a program without any
// name; racy: both took it for reading, at the same time, and write.
//
// build: -s
// plain: none
// racy: race - *-*
#include "rwlock.c"
