package jvs.director.ipvsadm;

import static jvs.director.ipvsadm.Option.TUN_CSUM;
import static jvs.director.ipvsadm.Option.TUN_NOCSUM;
import static jvs.director.ipvsadm.Option.TUN_PORT;
import static jvs.director.ipvsadm.Option.TUN_REMCSUM;
import static jvs.director.ipvsadm.Option.TUN_TYPE;

import jvs.service.ServerSpec;
import org.jspecify.annotations.Nullable;

/** The kinds of tunnel ({@code --tun-type}), and the options that go with each. */
enum TunnelType {
  IPIP("ipip", ServerSpec.TUNNEL_IPIP, 0, 0),
  GUE("gue", ServerSpec.TUNNEL_GUE, Option.set(TUN_PORT), TunnelType.checksums(TUN_REMCSUM)),
  GRE("gre", ServerSpec.TUNNEL_GRE, 0, TunnelType.checksums());

  private final String text;
  private final int number;
  private final long needed;
  private final long exclusive;

  TunnelType(String text, int number, long needed, long exclusive) {
    this.text = text;
    this.number = number;
    this.needed = needed;
    this.exclusive = exclusive;
  }

  /** The word on the command line. */
  String text() {
    return text;
  }

  /** As in {@link ServerSpec#tunnelType}. */
  int number() {
    return number;
  }

  /** Refuses options that do not go with this kind of tunnel. */
  void check(long given) throws Exit {
    long scope = Option.set(TUN_TYPE, TUN_PORT, TUN_NOCSUM, TUN_CSUM, TUN_REMCSUM);
    new Legality(needed, Option.set(TUN_TYPE), exclusive)
        .check(given, scope, "'" + text + "' tunnel type");
  }

  static @Nullable TunnelType named(String text) {
    for (TunnelType type : values()) {
      if (type.text.equals(text)) {
        return type;
      }
    }
    return null;
  }

  /** The kind that {@code number} means; unknown ones count as the simplest. */
  static TunnelType numbered(int number) {
    return number == ServerSpec.TUNNEL_GUE ? GUE : number == ServerSpec.TUNNEL_GRE ? GRE : IPIP;
  }

  private static long checksums(Option... more) {
    return Option.set(TUN_NOCSUM, TUN_CSUM) | Option.set(more);
  }
}
