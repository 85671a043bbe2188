package jvs.director.exec;

import jvs.wire.Memory;

/**
 * A system call that waits for our answer (struct seccomp_notif).
 *
 * @param id cookie
 * @param tid thread that calls, as we see it
 * @param number of the call
 * @param at address of its arguments, valid until the next is received
 */
record Notification(long id, int tid, int number, long at) {
  static final int BYTES = 80;
  private static final int ARGUMENTS = 32;

  /** Reads the structure. */
  static Notification of(long address) {
    return new Notification(
        Memory.getLong(address),
        Memory.getInt(address + 8),
        Memory.getInt(address + 16),
        address + ARGUMENTS);
  }

  /** An argument that is a pointer or a size. */
  long argument(int index) {
    return Memory.getLong(at + 8L * index);
  }

  /** An argument that is an int. */
  int word(int index) {
    return (int) argument(index);
  }
}
