// rwlock_stripped.c: a lock for readers and writers in a program without any
// name; racy: both took it for reading, at the same time, and write.
//
// not: gcc14
// build: -s
// plain: none
// racy: race - *-*
#include "rwlock.c"
