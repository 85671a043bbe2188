package jvs.flow;

import java.util.function.IntPredicate;
import jvs.wire.Memory;

/**
 * The connections of one worker: off-heap slots of fixed number, found by either direction.
 *
 * <pre>
 *   index: 28 B a connection, linear probing        slots: 64 B a connection (+ 64 B for IPv6)
 *   ┌ tag, slot, direction ┐                        ┌ stamp flags addresses ports state … ┐
 *   │ (client, virtual)  ──┼───────────────────────►│                                     │
 *   │ (client, server)   ──┼──── NAT, FULLNAT────────►│                                     │
 *   └──────────────────────┘                        └─────────────────────────────────────┘
 * </pre>
 *
 * <p>A request is found by client and virtual endpoint. A reply of a NAT server is found by client
 * and server, for which the connection has a second entry, one of FULLNAT by the director's own end
 * and the server; replies of other methods carry the virtual endpoint and use the first. Hashes are
 * keyed with a secret, so that nobody outside can choose keys that collide, and the same for both
 * directions of a flow ({@link FlowIndex}). No entry lies further than {@value FlowIndex#PROBES}
 * from its home: one that finds no place there is left out, which without knowledge of the secret
 * does not happen. A slot's number stays the same for the life of the connection.
 *
 * <p>One worker writes. Others may read slots under their stamp, see {@link Connection}. Nothing
 * here allocates after construction.
 */
public final class ConnectionTable implements AutoCloseable {
  /** No connection. */
  public static final int NONE = -1;

  private final TableMemory memory;
  private final long slots;
  private final long extensions;
  private final long extras;
  private final FlowIndex index;
  private final int capacity;
  private final FlowHash hash;
  private final Connection probe;
  private volatile int highWater;
  private volatile int size;
  private int freeHead = NONE;
  private int expected;

  /**
   * Maps a table.
   *
   * @param capacity most connections at a time, 1 to 2^26
   * @param seed secret of the hash
   */
  public ConnectionTable(int capacity, long seed) {
    this(TableMemory.anonymous(capacity, 0), seed);
  }

  /** A table in memory that it owns; empty until {@link #adopt}. */
  public ConnectionTable(TableMemory memory, long seed) {
    this.memory = memory;
    capacity = memory.capacity();
    slots = memory.slots();
    extensions = memory.extensions();
    extras = memory.extras();
    index = new FlowIndex(capacity);
    hash = new FlowHash(seed);
    probe = new Connection(this);
  }

  /** Most connections at a time. */
  public int capacity() {
    return capacity;
  }

  /** Present connections, templates included. */
  public int size() {
    return size;
  }

  /** Whether {@link #allocate} would find nothing. */
  public boolean isFull() {
    return freeHead == NONE && highWater == capacity;
  }

  /** One more than the largest slot number ever used: readers look no further. */
  public int highWater() {
    return highWater;
  }

  /** Commits the index, so that no packet waits for memory. Any thread, at any time. */
  public void populate() {
    index.populate();
  }

  /** Memory of an IPv4 table that is full, all of it NAT's, in bytes. */
  public long bytes() {
    return (long) capacity * Connection.LINE_BYTES + index.bytes();
  }

  FlowHash hash() {
    return hash;
  }

  FlowIndex index() {
    return index;
  }

  long slotAddress(int slot) {
    return slots + (long) slot * Connection.LINE_BYTES;
  }

  long extensionAddress(int slot) {
    return extensions + (long) slot * Connection.LINE_BYTES;
  }

  long extrasAddress(int slot) {
    return extras + (long) slot * Connection.LINE_BYTES;
  }

  /**
   * Slot of the connection that a request of {@code key} belongs to, or {@link #NONE}. Connections
   * whose client's port is not known yet are found with any (ip_vs_conn_in_get).
   */
  public int findRequest(FlowKey key) {
    int slot = findExactly(key);
    return slot == NONE && expected > 0 ? findExpected(key) : slot;
  }

  /** How many entries of the index are looked at to find a request, or that there is none. */
  int probes(FlowKey key) {
    return index.probes(hash.of(key));
  }

  private int findExpected(FlowKey key) {
    int port = key.clientPort();
    key.clientPort(0);
    int slot = findExactly(key);
    key.clientPort(port);
    return slot != NONE && probe.at(slot).hasFlag(ConnectionFlags.NO_CLIENT_PORT) ? slot : NONE;
  }

  private int findExactly(FlowKey key) {
    int presumed = key.presumed();
    boolean isFound = presumed != NONE && isHashed(presumed) && key.isRequestOf(probe);
    return isFound ? presumed : seekRequest(key);
  }

  private int seekRequest(FlowKey key) {
    int tag = hash.of(key);
    long at = index.home(tag);
    for (int i = 0; i < FlowIndex.PROBES; i++, at += FlowIndex.ENTRY_BYTES) {
      long entry = Memory.getLong(at);
      if (entry == 0) {
        return NONE;
      }
      if (FlowIndex.tagOf(entry) == tag && !FlowIndex.isReply(entry)) {
        int slot = FlowIndex.slotOf(entry);
        if (key.isRequestOf(probe.at(slot))) {
          return slot;
        }
      }
    }
    return NONE;
  }

  /**
   * Slot of the connection that a reply belongs to, or {@link #NONE}. In {@code key} the client is
   * the packet's destination and the virtual endpoint its source.
   */
  public int findReply(FlowKey key) {
    int presumed = key.presumed();
    boolean isFound = presumed != NONE && isHashed(presumed) && key.isReplyOf(probe);
    return isFound ? presumed : seekReply(key);
  }

  private int seekReply(FlowKey key) {
    int tag = hash.of(key);
    long at = index.home(tag);
    for (int i = 0; i < FlowIndex.PROBES; i++, at += FlowIndex.ENTRY_BYTES) {
      long entry = Memory.getLong(at);
      if (entry == 0) {
        return NONE;
      }
      if (FlowIndex.tagOf(entry) == tag) {
        int slot = FlowIndex.slotOf(entry);
        if (FlowIndex.isReply(entry) == probe.at(slot).isTranslating() && key.isReplyOf(probe)) {
          return slot;
        }
      }
    }
    return NONE;
  }

  private boolean isHashed(int slot) {
    return probe.at(slot).hasFlag(ConnectionFlags.HASHED);
  }

  /**
   * Takes a free slot; fill it in through a {@link Connection} and then {@link #publish} it.
   *
   * @return {@link #NONE} if the table is full
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
  public int allocate() {
    int slot = freeHead;
    if (slot != NONE) {
      freeHead = probe.at(slot).wheelNext();
    } else if (highWater < capacity) {
      slot = highWater;
      highWater = slot + 1;
      memory.highWater(slot + 1);
    } else {
      return NONE;
    }
    size++;
    probe.at(slot).beginWrite();
    return slot;
  }

  /**
   * Takes over what an earlier process left in the memory and is sound. The connections have no
   * server yet, control nothing, and are in no timing wheel. Before anything else.
   *
   * @param isLabelled tells of slots whose templates are found by their labels instead
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
  public void adopt(IntPredicate isLabelled) {
    Connection heritage = new Connection(this);
    FlowKey key = new FlowKey();
    int left = Math.clamp(memory.highWater(), 0, capacity);
    for (int slot = left - 1; slot >= 0; slot--) {
      boolean isSound = Soundness.isSound(heritage.at(slot));
      boolean isHashed = heritage.hasFlag(ConnectionFlags.HASHED);
      boolean isFound =
          isHashed
              ? findExactly(key.setTo(heritage)) == NONE
              : heritage.isTemplate() && isLabelled.test(slot);
      heritage.beginWrite();
      if (isSound && isFound) {
        size++;
        heritage.leave();
        if (isHashed) {
          publish(slot);
        } else {
          publishUnhashed(slot);
        }
      } else {
        heritage.clear();
        heritage.wheelNext(freeHead);
        freeHead = slot;
      }
    }
    highWater = left;
  }

  /** Makes a filled-in connection findable. */
  public void publish(int slot) {
    probe.at(slot);
    probe.addFlags(ConnectionFlags.HASHED);
    expected += probe.hasFlag(ConnectionFlags.NO_CLIENT_PORT) ? 1 : 0;
    index.insert(hash.ofRequest(probe), slot, FlowIndex.REQUEST);
    if (hasReplyEntry()) {
      index.insert(hash.ofReply(probe), slot, FlowIndex.REPLY);
    }
    probe.at(slot).endWrite();
  }

  /** Makes a connection readable that is not looked up here: of one packet, or with a label. */
  public void publishUnhashed(int slot) {
    probe.at(slot).endWrite();
  }

  /** Removes the connection and frees its slot; it is in no timing wheel any more. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // single writer
  public void free(int slot) {
    unhash(slot);
    probe.at(slot).beginWrite();
    probe.clear();
    probe.wheelNext(freeHead);
    freeHead = slot;
    size--;
  }

  /** Takes the connection out of the index: it is not found any more, but keeps its slot. */
  public void unhash(int slot) {
    probe.at(slot);
    if ((probe.flags() & ConnectionFlags.HASHED) == 0) {
      return;
    }
    probe.removeFlags(ConnectionFlags.HASHED);
    expected -= probe.hasFlag(ConnectionFlags.NO_CLIENT_PORT) ? 1 : 0;
    index.remove(hash.ofRequest(probe), slot, FlowIndex.REQUEST);
    if (hasReplyEntry()) {
      index.remove(hash.ofReply(probe), slot, FlowIndex.REPLY);
    }
  }

  /**
   * Gives a findable connection its server, and flags that may have another forwarding method.
   * Readers see another stamp.
   */
  public void bind(int slot, int serverId, int flags) {
    boolean isHashed = (probe.at(slot).flags() & ConnectionFlags.HASHED) != 0;
    unhash(slot);
    probe.at(slot).beginWrite();
    probe.bind(serverId, flags & ~ConnectionFlags.HASHED);
    if (isHashed) {
      publish(slot);
    } else {
      probe.endWrite();
    }
  }

  /** The client's port of an expected connection is known now (ip_vs_conn_fill_cport). */
  public void learnClientPort(int slot, int port) {
    unhash(slot);
    probe.beginWrite();
    probe.clientPort(port);
    probe.removeFlags(ConnectionFlags.NO_CLIENT_PORT);
    publish(slot);
  }

  /** Makes a template unfindable until it expires: its server may not be used any more. */
  public void hideTemplate(int slot) {
    unhash(slot);
    probe.at(slot).beginWrite();
    probe.hidePorts();
    probe.endWrite();
  }

  /** Unmaps; the table must not be used any more. */
  @Override
  public void close() {
    memory.close();
    index.close();
  }

  private boolean hasReplyEntry() {
    return probe.isTranslating() && !probe.isTemplate();
  }
}
