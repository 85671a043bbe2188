package jvs.port;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes a classic BPF program with labels: conditional jumps reach 255 instructions only, so
 * farther ones are led over unconditional jumps.
 *
 * <p>One thread. Jumps go forward only, as the kernel demands. Operation codes from
 * linux/bpf_common.h.
 */
final class BpfAssembler {
  /** Label of the instruction that follows. */
  static final int NEXT = -1;

  static final int LD_W = 0x20;
  static final int LD_H = 0x28;
  static final int LD_B = 0x30;
  static final int LD_H_INDEXED = 0x48;
  static final int LD_B_INDEXED = 0x50;
  static final int LD_CONSTANT = 0x00;
  static final int LDX_IP_HEADER_LENGTH = 0xb1;
  static final int LDX_MEMORY = 0x61;
  static final int STORE_X = 0x03;
  static final int AND = 0x54;
  static final int LSH = 0x64;
  static final int RSH = 0x74;
  static final int MUL = 0x24;
  static final int XOR = 0xa4;
  static final int XOR_X = 0xac;
  static final int TAX = 0x07;
  static final int RETURN = 0x06;
  static final int RETURN_A = 0x16;
  static final int JEQ = 0x15;
  static final int JGT = 0x25;
  static final int JSET = 0x45;

  /** SKF_AD_OFF: offsets from here on are not in the frame but about it. */
  static final int ABOUT = -0x1000;

  private static final int JA = 0x05;
  private static final int MAX_OFFSET = 255;

  /** As many comparisons as surely reach one another. */
  private static final int NEIGHBOURHOOD = 64;

  private record Instruction(int code, int operand, int ifTrue, int ifFalse) {
    boolean isConditional() {
      return (code & 0x07) == 0x05 && code != JA;
    }
  }

  /** IPv6 addresses with the same last word, whose comparison starts at a label. */
  private record Group(int label, SortedMap<IpAddress, Integer> labelsByAddress) {}

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();

  /** A label to be placed later. */
  int label() {
    labels.add(-1);
    return labels.size() - 1;
  }

  /** Lets a label stand for the next instruction. */
  void place(int label) {
    labels.set(label, instructions.size());
  }

  /** Appends an instruction that is no jump. */
  void add(int code, int operand) {
    instructions.add(new Instruction(code, operand, NEXT, NEXT));
  }

  /** Appends a conditional jump on the accumulator. */
  void jump(int code, int operand, int ifTrue, int ifFalse) {
    instructions.add(new Instruction(code, operand, ifTrue, ifFalse));
  }

  /** Appends an unconditional jump. */
  void jump(int label) {
    instructions.add(new Instruction(JA, 0, label, NEXT));
  }

  /** Jumps to the label of the accumulator's value, by halving; else to {@code none}. */
  void search(NavigableMap<Integer, Integer> labelsByValue, int none) {
    if (labelsByValue.size() > NEIGHBOURHOOD) {
      int upper = label();
      int middle = middle(labelsByValue);
      jump(JGT, middle, upper, NEXT);
      search(labelsByValue.headMap(middle, true), none);
      place(upper);
      search(labelsByValue.tailMap(middle, false), none);
      return;
    }
    // Each comparison would need detours of its own to where it leads; here they share them.
    Map<Integer, Integer> detours = new LinkedHashMap<>();
    NavigableMap<Integer, Integer> near = new TreeMap<>(labelsByValue.comparator());
    labelsByValue.forEach(
        (value, label) -> near.put(value, detours.computeIfAbsent(label, _ -> label())));
    searchNear(near, detours.computeIfAbsent(none, _ -> label()));
    detours.forEach(
        (label, detour) -> {
          place(detour);
          jump(label);
        });
  }

  private void searchNear(NavigableMap<Integer, Integer> labelsByValue, int none) {
    if (labelsByValue.size() > 4) {
      int upper = label();
      int middle = middle(labelsByValue);
      jump(JGT, middle, upper, NEXT);
      searchNear(labelsByValue.headMap(middle, true), none);
      place(upper);
      searchNear(labelsByValue.tailMap(middle, false), none);
      return;
    }
    if (labelsByValue.isEmpty()) {
      jump(none);
      return;
    }
    labelsByValue
        .headMap(labelsByValue.lastKey())
        .forEach((value, label) -> jump(JEQ, value, label, NEXT));
    jump(JEQ, labelsByValue.lastKey(), labelsByValue.lastEntry().getValue(), none);
  }

  private static int middle(NavigableMap<Integer, Integer> labelsByValue) {
    return List.copyOf(labelsByValue.keySet()).get(labelsByValue.size() / 2 - 1);
  }

  /** Jumps to the label of the IPv4 address at {@code offset}, else to {@code none}. */
  void searchV4(int offset, SortedMap<IpAddress, Integer> labelsByAddress, int none) {
    NavigableMap<Integer, Integer> byBits = new TreeMap<>(Integer::compareUnsigned);
    labelsByAddress.forEach(
        (address, label) -> {
          if (address.isV4()) {
            byBits.put(address.v4(), label);
          }
        });
    add(LD_W, offset);
    search(byBits, none);
  }

  /** Jumps to the label of the IPv6 address at {@code offset}, else to {@code none}. */
  void searchV6(int offset, SortedMap<IpAddress, Integer> labelsByAddress, int none) {
    // The last word first: it differs most.
    SortedMap<Integer, Group> groups = new TreeMap<>(Integer::compareUnsigned);
    labelsByAddress.forEach(
        (address, label) -> {
          if (!address.isV4()) {
            groups
                .computeIfAbsent((int) address.low(), _ -> new Group(label(), new TreeMap<>()))
                .labelsByAddress()
                .put(address, label);
          }
        });
    NavigableMap<Integer, Integer> byBits = new TreeMap<>(Integer::compareUnsigned);
    groups.forEach((word, group) -> byBits.put(word, group.label()));
    add(LD_W, offset + 12);
    search(byBits, none);
    for (Group group : groups.values()) {
      place(group.label());
      group
          .labelsByAddress()
          .forEach(
              (address, label) -> {
                int other = label();
                add(LD_W, offset);
                jump(JEQ, (int) (address.high() >>> 32), NEXT, other);
                add(LD_W, offset + 4);
                jump(JEQ, (int) address.high(), NEXT, other);
                add(LD_W, offset + 8);
                jump(JEQ, (int) (address.low() >>> 32), label, other);
                place(other);
              });
      jump(none);
    }
  }

  /** The program, or null if it is longer than the kernel allows. */
  @Nullable BpfProgram assemble() {
    int count = instructions.size();
    int[] positions = new int[count + 1];
    for (boolean isSettled = false; !isSettled; ) {
      // Starts with short jumps; where one does not reach it grows, until all reach.
      int[] next = new int[count + 1];
      for (int i = 0; i < count; i++) {
        next[i + 1] = next[i] + sizeOf(i, positions);
      }
      isSettled = Arrays.equals(next, positions);
      positions = next;
    }
    if (positions[count] > BpfProgram.MAX_INSTRUCTIONS) {
      return null;
    }
    long[] program = new long[positions[count]];
    for (int i = 0; i < count; i++) {
      write(i, positions, program);
    }
    return new BpfProgram(program);
  }

  private int distance(int i, int label, int[] positions) {
    return label == NEXT ? 0 : positions[labels.get(label)] - positions[i] - 1;
  }

  private int sizeOf(int i, int[] positions) {
    Instruction instruction = instructions.get(i);
    if (!instruction.isConditional()) {
      return 1;
    }
    return 1
        + (distance(i, instruction.ifTrue(), positions) > MAX_OFFSET - 2 ? 1 : 0)
        + (distance(i, instruction.ifFalse(), positions) > MAX_OFFSET - 2 ? 1 : 0);
  }

  private void write(int i, int[] positions, long[] program) {
    Instruction instruction = instructions.get(i);
    int at = positions[i];
    if (instruction.code() == JA) {
      program[at] = BpfProgram.instruction(JA, 0, 0, distance(i, instruction.ifTrue(), positions));
      return;
    }
    if (!instruction.isConditional()) {
      program[at] = BpfProgram.instruction(instruction.code(), 0, 0, instruction.operand());
      return;
    }
    int[] offsets = {
      offset(i, instruction.ifTrue(), positions), offset(i, instruction.ifFalse(), positions)
    };
    int detours = 0;
    for (int way = 0; way < 2; way++) {
      if (offsets[way] > MAX_OFFSET - 2) {
        int detour = ++detours;
        program[at + detour] = BpfProgram.instruction(JA, 0, 0, offsets[way] - detour);
        offsets[way] = detour - 1;
      }
    }
    program[at] =
        BpfProgram.instruction(instruction.code(), offsets[0], offsets[1], instruction.operand());
  }

  /** Where a jump leads, counted from the instruction after it; detours lie between. */
  private int offset(int i, int label, int[] positions) {
    return label == NEXT ? positions[i + 1] - positions[i] - 1 : distance(i, label, positions);
  }
}
