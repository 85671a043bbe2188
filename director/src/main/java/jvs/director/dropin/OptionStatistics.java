package jvs.director.dropin;

import java.nio.ByteBuffer;
import jvs.service.ServerSpec;
import jvs.service.Statistics;

/** Parts of the entries that the socket options list. */
final class OptionStatistics {
  private static final int CONN_F_NOOUTPUT = 0x80;
  private static final int CONN_F_INACTIVE = 0x100;

  private OptionStatistics() {}

  /** Writes a struct ip_vs_stats_user. */
  static void write(Statistics sums, ByteBuffer out, int at) {
    out.putInt(at, (int) sums.connections());
    out.putInt(at + 4, (int) sums.inPackets());
    out.putInt(at + 8, (int) sums.outPackets());
    out.putLong(at + 16, sums.inBytes());
    out.putLong(at + 24, sums.outBytes());
    out.putInt(at + 32, (int) sums.connectionRate());
    out.putInt(at + 36, (int) sums.inPacketRate());
    out.putInt(at + 40, (int) sums.outPacketRate());
    out.putInt(at + 44, (int) sums.inByteRate());
    out.putInt(at + 48, (int) sums.outByteRate());
  }

  /** What the kernel keeps for a server's new connections beside its method, and shows here. */
  static int connectionFlags(int method) {
    return method | CONN_F_INACTIVE | (method == ServerSpec.MASQ ? 0 : CONN_F_NOOUTPUT);
  }
}
