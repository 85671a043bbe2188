package jvs.director.exec;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import jvs.director.dropin.SockOptions;

/**
 * The classic BPF program that picks the system calls to be told of (seccomp(2), linux/seccomp.h);
 * all others go on untouched.
 */
final class SeccompFilter {
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_GREATER = 0x25;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int RETURN = 0x06;
  private static final int ALLOW = 0x7fff0000;
  private static final int NOTIFY = 0x7fc00000;

  // struct seccomp_data; of the arguments the low words, on machines that have them first.
  private static final int NUMBER = 0;
  private static final int ARCHITECTURE = 4;
  private static final int ARGUMENTS = 16;

  private static final int AF_NETLINK = 16;
  private static final int NETLINK_GENERIC = 16;

  /** An instruction whose jumps lead to labels; {@link #NEXT} is the one after it. */
  private record Instruction(int code, int operand, int ifTrue, int ifFalse) {}

  private static final int NEXT = -1;

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final int allow = label();
  private final int notify = label();

  /**
   * Builds it.
   *
   * @param firstFd descriptors from here on may be our netlink sockets
   * @param watchesFiles whether files are looked up through us
   */
  SeccompFilter(Machine machine, int firstFd, boolean watchesFiles) {
    int option = label();
    int socket = label();
    int transfer = label();
    add(LOAD_WORD, ARCHITECTURE);
    jump(JUMP_EQUAL, machine.audit(), NEXT, allow);
    add(LOAD_WORD, NUMBER);
    jumpIfAny(option, machine.setsockopt(), machine.getsockopt());
    jumpIfAny(socket, machine.socket());
    jumpIfAny(transfer, machine.sendto(), machine.sendmsg(), machine.recvfrom(), machine.recvmsg());
    if (watchesFiles) {
      jumpIfAny(notify, machine.open(), machine.openat(), machine.openat2());
      jumpIfAny(notify, machine.stat(), machine.lstat(), machine.newfstatat(), machine.statx());
      jumpIfAny(notify, machine.access(), machine.faccessat(), machine.faccessat2());
      jumpIfAny(notify, machine.readlink(), machine.readlinkat());
      jumpIfAny(notify, machine.getxattr(), machine.lgetxattr());
      jumpIfAny(notify, machine.listxattr(), machine.llistxattr());
    }
    add(RETURN, ALLOW);
    place(option);
    loadArgument(1);
    jump(JUMP_EQUAL, 0, NEXT, allow);
    loadArgument(2);
    jump(JUMP_AT_LEAST, SockOptions.FIRST, NEXT, allow);
    jump(JUMP_GREATER, SockOptions.LAST_SET, allow, notify);
    place(socket);
    loadArgument(0);
    jump(JUMP_EQUAL, AF_NETLINK, NEXT, allow);
    loadArgument(2);
    jump(JUMP_EQUAL, NETLINK_GENERIC, notify, allow);
    place(transfer);
    loadArgument(0);
    jump(JUMP_AT_LEAST, firstFd, notify, allow);
    place(allow);
    add(RETURN, ALLOW);
    place(notify);
    add(RETURN, NOTIFY);
  }

  private int label() {
    labels.add(NEXT);
    return labels.size() - 1;
  }

  private void place(int label) {
    labels.set(label, instructions.size());
  }

  private void add(int code, int operand) {
    jump(code, operand, NEXT, NEXT);
  }

  private void jump(int code, int operand, int ifTrue, int ifFalse) {
    instructions.add(new Instruction(code, operand, ifTrue, ifFalse));
  }

  private void jumpIfAny(int label, int... numbers) {
    for (int number : numbers) {
      if (number >= 0) {
        jump(JUMP_EQUAL, number, label, NEXT);
      }
    }
  }

  private void loadArgument(int index) {
    add(LOAD_WORD, ARGUMENTS + 8 * index);
  }

  /** A struct sock_fprog with its instructions. */
  MemorySegment assemble(Arena arena) {
    MemorySegment code = arena.allocate(8L * instructions.size(), 8);
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      code.set(ValueLayout.JAVA_SHORT, 8L * i, (short) instruction.code());
      code.set(ValueLayout.JAVA_BYTE, 8L * i + 2, distance(i, instruction.ifTrue()));
      code.set(ValueLayout.JAVA_BYTE, 8L * i + 3, distance(i, instruction.ifFalse()));
      code.set(ValueLayout.JAVA_INT, 8L * i + 4, instruction.operand());
    }
    MemorySegment program = arena.allocate(16, 8);
    program.set(ValueLayout.JAVA_SHORT, 0, (short) instructions.size());
    program.set(ValueLayout.JAVA_LONG, 8, code.address());
    return program;
  }

  private byte distance(int i, int label) {
    return (byte) (label == NEXT ? 0 : labels.get(label) - i - 1);
  }
}
