package jvs.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import jvs.wire.Memory;

/**
 * The system call bpf(2): maps, programs and links, each a descriptor that the caller closes.
 *
 * <p>Control plane, any thread. Needs CAP_BPF, and CAP_NET_ADMIN for XDP. Numbers and the layout of
 * union bpf_attr from linux/bpf.h.
 */
public final class Bpf {
  /** BPF_MAP_TYPE_HASH. */
  public static final int HASH = 1;

  /** BPF_MAP_TYPE_ARRAY. */
  public static final int ARRAY = 2;

  /** BPF_MAP_TYPE_XSKMAP: AF_XDP sockets by number. */
  public static final int XSKMAP = 17;

  /** XDP in the kernel's stack, for every device (XDP_FLAGS_SKB_MODE). */
  public static final int SKB_MODE = 2;

  /** XDP in the driver (XDP_FLAGS_DRV_MODE). */
  public static final int DRIVER_MODE = 4;

  private static final int MAP_CREATE = 0;
  private static final int MAP_UPDATE_ELEM = 2;
  private static final int MAP_DELETE_ELEM = 3;
  private static final int PROG_LOAD = 5;
  private static final int LINK_CREATE = 28;
  private static final int PROG_TYPE_SCHED_CLS = 3;
  private static final int PROG_TYPE_XDP = 6;
  private static final int ATTACH_TYPE_XDP = 37;
  private static final int ATTACH_TYPE_TCX_INGRESS = 46;
  private static final int BEFORE = 8; // BPF_F_BEFORE: of nothing, so the first
  private static final int NO_PREALLOC = 1;
  private static final int ATTRIBUTES_BYTES = 128;
  private static final int LOG_BYTES = 1 << 16;
  private static final int NAME_BYTES = 15;

  private static final int CALL_NUMBER =
      System.getProperty("os.arch").equals("aarch64") ? 280 : 321;

  private Bpf() {}

  /** Makes a map; the entries of a hash are allocated as they come. */
  public static int createMap(int type, int keyBytes, int valueBytes, int entries, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 0, type);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 1, keyBytes);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 2, valueBytes);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 3, entries);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 4, type == HASH ? NO_PREALLOC : 0);
      putName(attributes, 28, name);
      return LinuxException.check("BPF map " + name, call(MAP_CREATE, attributes));
    }
  }

  /** Puts the value at an address under the key at another. */
  public static void put(int map, long key, long value) {
    LinuxException.check("BPF map entry", element(MAP_UPDATE_ELEM, map, key, value));
  }

  /** Removes a key; nothing happens if it is not there. */
  public static void remove(int map, long key) {
    int result = element(MAP_DELETE_ELEM, map, key, 0);
    if (result != -Errno.ENOENT) {
      LinuxException.check("BPF map entry", result);
    }
  }

  private static int element(int command, int map, long key, long value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 0, map);
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 1, key);
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 2, value);
      return call(command, attributes);
    }
  }

  /**
   * Loads an XDP program.
   *
   * @param instructions struct bpf_insn, each as a long
   * @throws LinuxException with the verifier's last words if it does not like the program
   */
  public static int loadXdp(long[] instructions, String name) {
    return load(PROG_TYPE_XDP, 0, instructions, name);
  }

  /** Loads a program for {@link #linkTcx}; otherwise like {@link #loadXdp}. */
  public static int loadTcx(long[] instructions, String name) {
    return load(PROG_TYPE_SCHED_CLS, ATTACH_TYPE_TCX_INGRESS, instructions, name);
  }

  private static int load(int type, int attachType, long[] instructions, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 0, type);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 1, instructions.length);
      attributes.setAtIndex(
          ValueLayout.JAVA_LONG,
          1,
          arena.allocateFrom(ValueLayout.JAVA_LONG, instructions).address());
      // The helpers used are not for GPL programs only.
      attributes.setAtIndex(ValueLayout.JAVA_LONG, 2, arena.allocateFrom("Apache-2.0").address());
      putName(attributes, 48, name);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 17, attachType);
      int result = call(PROG_LOAD, attributes);
      if (result == -Errno.EINVAL || result == -Errno.EACCES) {
        MemorySegment log = arena.allocate(LOG_BYTES);
        attributes.setAtIndex(ValueLayout.JAVA_INT, 6, 1);
        attributes.setAtIndex(ValueLayout.JAVA_INT, 7, LOG_BYTES);
        attributes.setAtIndex(ValueLayout.JAVA_LONG, 4, log.address());
        result = call(PROG_LOAD, attributes);
        String text = log.getString(0).strip();
        String end = text.substring(Math.max(0, text.length() - 400));
        return LinuxException.check("BPF program " + name + " [" + end + "]", result);
      }
      return LinuxException.check("BPF program " + name, result);
    }
  }

  /**
   * Attaches an XDP program to an interface until the link's descriptor is closed.
   *
   * @param mode {@link #SKB_MODE} or {@link #DRIVER_MODE}
   * @return the link, or a negated error number
   */
  public static int linkXdp(int program, int linkIndex, int mode) {
    return link(program, linkIndex, ATTACH_TYPE_XDP, mode);
  }

  /**
   * Attaches a program to an interface's ingress, before others of its kind, until the link's
   * descriptor is closed. Linux 6.6.
   *
   * @return the link, or a negated error number
   */
  public static int linkTcx(int program, int linkIndex) {
    return link(program, linkIndex, ATTACH_TYPE_TCX_INGRESS, BEFORE);
  }

  private static int link(int program, int linkIndex, int attachType, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = attributes(arena);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 0, program);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 1, linkIndex);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 2, attachType);
      attributes.setAtIndex(ValueLayout.JAVA_INT, 3, flags);
      return call(LINK_CREATE, attributes);
    }
  }

  private static MemorySegment attributes(Arena arena) {
    return arena.allocate(ATTRIBUTES_BYTES, 8);
  }

  private static void putName(MemorySegment attributes, int offset, String name) {
    byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
    Memory.copy(octets, 0, attributes.address() + offset, Math.min(octets.length, NAME_BYTES));
  }

  private static int call(int command, MemorySegment attributes) {
    // The C library has no wrapper for it.
    return NativeFunction.of("syscall")
        .call(
            new Errno(),
            CALL_NUMBER,
            command,
            attributes.address(),
            attributes.byteSize(),
            0,
            0,
            0);
  }
}
