package jvs.director.dropin;

import static jvs.director.dropin.IpvsAttributes.STATS_CONNS;
import static jvs.director.dropin.IpvsAttributes.STATS_CPS;
import static jvs.director.dropin.IpvsAttributes.STATS_INBPS;
import static jvs.director.dropin.IpvsAttributes.STATS_INBYTES;
import static jvs.director.dropin.IpvsAttributes.STATS_INPKTS;
import static jvs.director.dropin.IpvsAttributes.STATS_INPPS;
import static jvs.director.dropin.IpvsAttributes.STATS_OUTBPS;
import static jvs.director.dropin.IpvsAttributes.STATS_OUTBYTES;
import static jvs.director.dropin.IpvsAttributes.STATS_OUTPKTS;
import static jvs.director.dropin.IpvsAttributes.STATS_OUTPPS;

import jvs.service.Statistics;

/** Counters and rates, in 32 bits and in 64 (ip_vs_genl_fill_stats, ip_vs_genl_fill_stats64). */
final class StatisticsMessages {
  private StatisticsMessages() {}

  static void write(int type, Statistics sums, MessageWriter out) {
    int nest = out.nest(type);
    out.u32(STATS_CONNS, sums.connections());
    out.u32(STATS_INPKTS, sums.inPackets());
    out.u32(STATS_OUTPKTS, sums.outPackets());
    out.u64(STATS_INBYTES, sums.inBytes());
    out.u64(STATS_OUTBYTES, sums.outBytes());
    out.u32(STATS_CPS, sums.connectionRate());
    out.u32(STATS_INPPS, sums.inPacketRate());
    out.u32(STATS_OUTPPS, sums.outPacketRate());
    out.u32(STATS_INBPS, sums.inByteRate());
    out.u32(STATS_OUTBPS, sums.outByteRate());
    out.endNest(nest);
  }

  static void write64(int type, Statistics sums, MessageWriter out) {
    int nest = out.nest(type);
    out.u64(STATS_CONNS, sums.connections());
    out.u64(STATS_INPKTS, sums.inPackets());
    out.u64(STATS_OUTPKTS, sums.outPackets());
    out.u64(STATS_INBYTES, sums.inBytes());
    out.u64(STATS_OUTBYTES, sums.outBytes());
    out.u64(STATS_CPS, sums.connectionRate());
    out.u64(STATS_INPPS, sums.inPacketRate());
    out.u64(STATS_OUTPPS, sums.outPacketRate());
    out.u64(STATS_INBPS, sums.inByteRate());
    out.u64(STATS_OUTBPS, sums.outByteRate());
    out.endNest(nest);
  }
}
