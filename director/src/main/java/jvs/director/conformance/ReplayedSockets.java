package jvs.director.conformance;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jvs.service.DaemonSpec;
import jvs.sync.SyncBackup;
import jvs.sync.SyncMaster;
import jvs.sync.SyncNetwork;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What sync daemons have in a replay: no sockets and no threads, but the recorded frames and a
 * clock that is moved. One thread.
 */
final class ReplayedSockets implements SyncNetwork {
  /**
   * A message that was sent.
   *
   * @param spec by whom
   * @param port to which port
   * @param hex the message
   */
  record Sent(DaemonSpec spec, int port, String hex) {}

  private final List<Sent> sent = new ArrayList<>();
  private @Nullable SyncMaster master;
  private @Nullable DaemonSpec masterSpec;
  private @Nullable SyncBackup backup;
  private @Nullable DaemonSpec backupSpec;

  @Override
  public Running startMaster(DaemonSpec spec, int ports, SyncMaster started) {
    master = started;
    masterSpec = spec;
    return () -> master = null;
  }

  @Override
  public Running startBackup(DaemonSpec spec, int ports, SyncBackup started) {
    backup = started;
    backupSpec = spec;
    return () -> backup = null;
  }

  /** Lets the master send what is due. */
  void drain(long nowMillis) {
    DaemonSpec spec = masterSpec;
    if (master != null && spec != null) {
      master.drain(
          nowMillis,
          (port, address, length) -> {
            byte[] octets = new byte[length];
            Memory.copy(address, octets, 0, length);
            sent.add(new Sent(spec, spec.port() + port, HexFormat.of().formatHex(octets)));
            return true;
          });
    }
  }

  /** Gives the backup a frame if it is for it. */
  void receive(Side side, Frame frame) {
    DaemonSpec spec = backupSpec;
    SyncDatagram datagram = SyncDatagram.of(frame);
    if (backup == null
        || spec == null
        || datagram == null
        || !side.interfaceName().equals(spec.interfaceName())
        || !datagram.group().equals(spec.group().toString())
        || datagram.port() != spec.port()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      byte[] octets = HexFormat.of().parseHex(datagram.hex());
      long address = arena.allocate(Math.max(1, octets.length), 8).address();
      Memory.copy(octets, 0, address, octets.length);
      backup.receive(address, octets.length);
    }
  }

  /** Takes out what was sent since the last call. */
  List<Sent> takeSent() {
    List<Sent> taken = List.copyOf(sent);
    sent.clear();
    return taken;
  }
}
