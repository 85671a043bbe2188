package jvs.port.xdp;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes an eBPF program with labels. Jumps lead forward only.
 *
 * <p>One thread. Instructions as in linux/bpf.h and RFC 9669: struct bpf_insn, here one long each.
 */
final class EbpfAssembler {
  /** Helper: looks a key up in a map; returns the value's address or 0. */
  static final int MAP_LOOKUP_ELEM = 1;

  /** Helper: sends the frame to an entry of a map. */
  static final int REDIRECT_MAP = 51;

  /** Size of a load or store. */
  static final int BYTE = 0x10;

  static final int HALF = 0x08;
  static final int WORD = 0x00;
  static final int DOUBLE = 0x18;

  /** Comparisons of 64 bits with a register or a constant. */
  static final int JUMP_EQUAL = 0x15;

  static final int JUMP_SET = 0x45;
  static final int JUMP_GREATER = 0x25;
  static final int JUMP_LESS = 0xa5;

  /** Comparison of 32 bits with a constant. */
  static final int JUMP_NOT_EQUAL_32 = 0x56;

  private static final int WITH_REGISTER = 0x08;
  private static final int LOAD = 0x61;
  private static final int STORE = 0x63;
  private static final int STORE_CONSTANT = 0x62;
  private static final int MOVE = 0xb7;
  private static final int ADD = 0x07;
  private static final int TO_BIG_ENDIAN = 0xdc;
  private static final int ADD_32 = 0x04;
  private static final int MULTIPLY_32 = 0x24;
  private static final int SHIFT_RIGHT_32 = 0x74;
  private static final int REMAINDER_32 = 0x94;
  private static final int XOR_32 = 0xa4;
  private static final int LOAD_LONG = 0x18;
  private static final int PSEUDO_MAP_FD = 1;
  private static final int JUMP = 0x05;
  private static final int CALL = 0x85;
  private static final int EXIT = 0x95;

  private record Jump(int position, int label) {}

  private final List<Long> instructions = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final List<Jump> jumps = new ArrayList<>();

  /** A label to be placed later. */
  int label() {
    labels.add(-1);
    return labels.size() - 1;
  }

  /** Lets a label stand for the next instruction. */
  void place(int label) {
    labels.set(label, instructions.size());
  }

  private void add(int code, int to, int from, int offset, int constant) {
    instructions.add(
        (long) code
            | (long) (to | from << 4) << 8
            | (offset & 0xffffL) << 16
            | (long) constant << 32);
  }

  /** to = *(from + offset). */
  void load(int size, int to, int from, int offset) {
    add(LOAD | size, to, from, offset, 0);
  }

  /** *(to + offset) = from. */
  void store(int size, int to, int offset, int from) {
    add(STORE | size, to, from, offset, 0);
  }

  /** *(to + offset) = constant. */
  void storeConstant(int size, int to, int offset, int constant) {
    add(STORE_CONSTANT | size, to, 0, offset, constant);
  }

  void move(int to, int from) {
    add(MOVE | WITH_REGISTER, to, from, 0, 0);
  }

  void moveConstant(int to, int constant) {
    add(MOVE, to, 0, 0, constant);
  }

  void addConstant(int to, int constant) {
    add(ADD, to, 0, 0, constant);
  }

  /** Turns the low 16 bits from network order to the machine's. */
  void fromNetwork16(int register) {
    add(TO_BIG_ENDIAN, register, 0, 0, 16);
  }

  /** Turns the low 32 bits from network order to the machine's. */
  void fromNetwork32(int register) {
    add(TO_BIG_ENDIAN, register, 0, 0, 32);
  }

  /** to += from, in 32 bits. */
  void add32(int to, int from) {
    add(ADD_32 | WITH_REGISTER, to, from, 0, 0);
  }

  /** to *= constant, in 32 bits. */
  void multiply32(int to, int constant) {
    add(MULTIPLY_32, to, 0, 0, constant);
  }

  /** to >>>= bits, in 32 bits. */
  void shiftRight32(int to, int bits) {
    add(SHIFT_RIGHT_32, to, 0, 0, bits);
  }

  /** to %= constant, in 32 bits without sign. */
  void remainder32(int to, int constant) {
    add(REMAINDER_32, to, 0, 0, constant);
  }

  /** to ^= from, in 32 bits. */
  void xor32(int to, int from) {
    add(XOR_32 | WITH_REGISTER, to, from, 0, 0);
  }

  /** to ^= constant, in 32 bits. */
  void xorConstant32(int to, int constant) {
    add(XOR_32, to, 0, 0, constant);
  }

  /** to = the map behind a descriptor. */
  void loadMap(int to, int map) {
    add(LOAD_LONG, to, PSEUDO_MAP_FD, 0, map);
    add(0, 0, 0, 0, 0);
  }

  void call(int helper) {
    add(CALL, 0, 0, 0, helper);
  }

  void exit() {
    add(EXIT, 0, 0, 0, 0);
  }

  void jump(int label) {
    jumps.add(new Jump(instructions.size(), label));
    add(JUMP, 0, 0, 0, 0);
  }

  /** Jumps if the register compares so with the constant. */
  void jumpIf(int comparison, int register, int constant, int label) {
    jumps.add(new Jump(instructions.size(), label));
    add(comparison, register, 0, 0, constant);
  }

  /** Jumps if a register compares so with another. */
  void jumpIfRegister(int comparison, int register, int other, int label) {
    jumps.add(new Jump(instructions.size(), label));
    add(comparison | WITH_REGISTER, register, other, 0, 0);
  }

  /** The program. */
  long[] assemble() {
    long[] program = instructions.stream().mapToLong(Long::longValue).toArray();
    for (Jump jump : jumps) {
      long distance = labels.get(jump.label()) - jump.position() - 1L;
      program[jump.position()] |= (distance & 0xffff) << 16;
    }
    return program;
  }
}
