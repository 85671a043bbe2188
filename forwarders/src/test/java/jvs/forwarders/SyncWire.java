package jvs.forwarders;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import jvs.service.DaemonSpec;
import jvs.sync.SyncBackup;
import jvs.sync.SyncMaster;
import jvs.sync.SyncNetwork;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/** A wire from a master to a backup in memory; it carries when it is told to. */
final class SyncWire implements SyncNetwork {
  private final List<String> messages = new ArrayList<>();
  private int lastPort;
  private @Nullable SyncMaster master;
  private @Nullable SyncBackup backup;

  /** A daemon with nothing but defaults. */
  static DaemonSpec daemon(boolean isMaster) {
    return new DaemonSpec(isMaster, "eth1", 5, 0, IpAddress.v4(0), 0, 0);
  }

  @Override
  public Running startMaster(DaemonSpec spec, int ports, SyncMaster started) {
    master = started;
    return () -> master = null;
  }

  @Override
  public Running startBackup(DaemonSpec spec, int ports, SyncBackup started) {
    backup = started;
    return () -> backup = null;
  }

  /** Lets everything through that waits at the master; returns the messages. */
  List<String> carry(long nowMillis) {
    messages.clear();
    SyncMaster sender = Objects.requireNonNull(master);
    sender.drain(nowMillis, this::send);
    sender.drain(nowMillis + SyncMaster.FLUSH_MILLIS, this::send);
    return List.copyOf(messages);
  }

  /** The number of the port that the last message went to, from 0. */
  int lastPort() {
    return lastPort;
  }

  private boolean send(int port, long address, int length) {
    lastPort = port;
    byte[] octets = new byte[length];
    Memory.copy(address, octets, 0, length);
    messages.add(HexFormat.of().formatHex(octets));
    if (backup != null) {
      backup.receive(address, length);
    }
    return true;
  }

  /** How many entries of version 1 wait at the master. */
  int entries(long nowMillis) {
    return carry(nowMillis).stream()
        .mapToInt(message -> Integer.parseInt(message, 8, 10, 16))
        .sum();
  }

  /** The backup receives a message. */
  void receive(String hex) {
    byte[] octets = HexFormat.of().parseHex(hex);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(octets.length, 8).address();
      Memory.copy(octets, 0, address, octets.length);
      Objects.requireNonNull(backup).receive(address, octets.length);
    }
  }
}
