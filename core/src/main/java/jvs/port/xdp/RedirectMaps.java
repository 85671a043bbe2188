package jvs.port.xdp;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import jvs.linux.Bpf;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import jvs.wire.Memory;

/**
 * {@link RedirectRules} as the program in the kernel reads them: a hash of ends and a word that
 * says which kinds of ends there are, so that it need not look for the others.
 *
 * <pre>
 * key: | address, IPv4 in the last 4 of 16 | port | protocol | kind, and 16 if IPv6 |
 * </pre>
 *
 * <p>Control plane, one thread at a time. Serves the programs of all interfaces.
 */
final class RedirectMaps implements AutoCloseable {
  static final int KEY_BYTES = 20;
  static final int KEY_PORT = 16;
  static final int KEY_PROTOCOL = 18;
  static final int KEY_KIND = 19;
  static final int IPV6 = 0x10;

  static final int SERVICE = 0;
  static final int SERVER = 1;
  static final int FULL_NAT_SERVER = 2;
  static final int HOST_ADDRESS = 3;
  static final int LOCAL_ADDRESS = 4;

  /** Flags beside {@code 1 << kind}: some have any port. */
  static final int ANY_PORT = 8;

  /** A further flag: connections of a client are shared out by its ports, too. */
  static final int BY_PORT = 64;

  private static final int MOST_ENDS = 1 << 20;

  private record Key(int kind, IpAddress address, int protocol, int port) {}

  private final Arena arena = Arena.ofShared();
  private final long key = arena.allocate(24, 8).address();
  private final long value = arena.allocate(8, 8).address();
  private final int ends = Bpf.createMap(Bpf.HASH, KEY_BYTES, Integer.BYTES, MOST_ENDS, "jvs_ends");
  private final int kinds;
  private Set<Key> present = Set.of();
  private RedirectRules followed = RedirectRules.NOTHING;
  private boolean usedPorts;
  private boolean isClosed;

  RedirectMaps() {
    try {
      kinds = Bpf.createMap(Bpf.ARRAY, Integer.BYTES, Integer.BYTES, 1, "jvs_kinds");
    } catch (RuntimeException e) {
      Libc.close(new Errno(), ends);
      throw e;
    }
  }

  /** Descriptor of the hash. */
  int ends() {
    return ends;
  }

  /** Descriptor of the array whose only word says which kinds there are. */
  int kinds() {
    return kinds;
  }

  /**
   * Changes the maps until they say what the rules say.
   *
   * @param usesPorts false if all connections of a client are for one worker
   */
  void follow(RedirectRules rules, boolean usesPorts) {
    if (rules.equals(followed) && usesPorts == usedPorts) {
      return;
    }
    followed = rules;
    usedPorts = usesPorts;
    Set<Key> wanted = new HashSet<>();
    int flags = usesPorts ? BY_PORT : 0;
    flags |= addEnds(wanted, SERVICE, rules.services());
    flags |= addEnds(wanted, SERVER, rules.servers());
    flags |= addEnds(wanted, FULL_NAT_SERVER, rules.fullNatServers());
    if (!rules.servers().isEmpty()) {
      rules.hostAddresses().forEach(a -> wanted.add(new Key(HOST_ADDRESS, a, 0, 0)));
    }
    rules.localAddresses().forEach(a -> wanted.add(new Key(LOCAL_ADDRESS, a, 0, 0)));
    // The host's addresses before the servers whose packets to them stay the host's.
    wanted.stream().filter(k -> k.kind() >= HOST_ADDRESS).forEach(this::add);
    wanted.forEach(this::add);
    Memory.putInt(key, 0);
    Memory.putInt(value, flags);
    Bpf.put(kinds, key, value);
    present.stream().filter(k -> !wanted.contains(k)).forEach(this::remove);
    present = wanted;
  }

  private static int addEnds(Set<Key> keys, int kind, Set<Endpoint> ends) {
    int flags = 0;
    for (Endpoint end : ends) {
      keys.add(new Key(kind, end.address(), end.protocol(), end.port()));
      flags |= 1 << kind | (end.port() == 0 ? ANY_PORT << kind : 0);
    }
    return flags;
  }

  private void add(Key next) {
    if (!present.contains(next)) {
      write(next);
      Memory.putInt(value, 1);
      Bpf.put(ends, key, value);
    }
  }

  private void remove(Key old) {
    write(old);
    Bpf.remove(ends, key);
  }

  private void write(Key end) {
    Memory.put64(key, end.address().high());
    Memory.put64(key + 8, end.address().low());
    Memory.put16(key + KEY_PORT, end.port());
    Memory.put8(key + KEY_PROTOCOL, end.protocol());
    Memory.put8(key + KEY_KIND, end.kind() | (end.address().isV4() ? 0 : IPV6));
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      Errno errno = new Errno();
      Libc.close(errno, ends);
      Libc.close(errno, kinds);
      arena.close();
    }
  }
}
