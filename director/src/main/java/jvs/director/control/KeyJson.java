package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;

/** Services and servers, and their settings, in JSON. */
final class KeyJson {
  private static final int V4_HOST = -1;
  private static final int V6_HOST = 128;

  private KeyJson() {}

  static void write(JsonWriter out, ServiceKey key) throws IOException {
    out.beginObject();
    if (key.isMark()) {
      out.name("mark").value(key.mark());
      out.name("family").value(key.address().isV4() ? "ipv4" : "ipv6");
    } else {
      out.name("protocol").value(Words.PROTOCOLS.wordFor(key.protocol()));
      out.name("address").value(key.address().toString());
      out.name("port").value(key.port());
    }
    out.endObject();
  }

  static ServiceKey readService(JsonFields in) {
    ServiceKey key;
    if (in.has("mark")) {
      String family = in.text("family", "ipv4");
      if (!family.equals("ipv4") && !family.equals("ipv6")) {
        throw in.invalid("family", "ipv4 or ipv6");
      }
      int number = family.equals("ipv4") ? IpAddress.IPV4 : IpAddress.IPV6;
      key = ServiceKey.ofMark(in.number("mark", 1, 0xffff_ffffL), number);
    } else {
      int protocol = in.word("protocol", Words.PROTOCOLS);
      IpAddress address = in.address("address");
      int port = (int) in.number("port", 0, 65535);
      key = serviceKey(protocol, address, port);
    }
    in.end();
    return key;
  }

  /** An address service; EINVAL for protocols that services have not. */
  static ServiceKey serviceKey(int protocol, IpAddress address, int port) {
    try {
      return ServiceKey.of(protocol, address, port);
    } catch (IllegalArgumentException outOfRange) {
      throw new IpvsException(Errno.EINVAL, String.valueOf(outOfRange.getMessage()));
    }
  }

  static void write(JsonWriter out, ServiceSpec settings, boolean isV4) throws IOException {
    out.beginObject();
    out.name("scheduler").value(settings.scheduler());
    writeBits(out.name("flags"), settings.flags(), Words.SERVICE_FLAGS);
    out.name("timeoutSeconds").value(settings.timeoutSeconds());
    if (isV4) {
      out.name("netmask").value(IpAddress.v4(settings.netmask()).toString());
    } else {
      out.name("netmask").value(settings.netmask());
    }
    out.name("engine").value(settings.engine());
    out.endObject();
  }

  static ServiceSpec readServiceSettings(JsonFields in, boolean isV4) {
    String scheduler = in.text("scheduler");
    int flags = in.bits("flags", Words.SERVICE_FLAGS);
    int timeoutSeconds = (int) in.number("timeoutSeconds", 0, Integer.MAX_VALUE, 0);
    int netmask;
    if (isV4) {
      IpAddress mask = in.address("netmask", IpAddress.v4(V4_HOST));
      if (!mask.isV4()) {
        throw in.invalid("netmask", "an IPv4 netmask");
      }
      netmask = mask.v4();
    } else {
      // The range is the table's to check: the kernel takes any number this far.
      netmask = (int) in.number("netmask", Integer.MIN_VALUE, Integer.MAX_VALUE, V6_HOST);
    }
    String engine = in.text("engine", "");
    in.end();
    return new ServiceSpec(scheduler, flags, timeoutSeconds, netmask, engine);
  }

  static void write(JsonWriter out, ServerKey key) throws IOException {
    out.beginObject();
    out.name("address").value(key.address().toString());
    out.name("port").value(key.port());
    out.endObject();
  }

  static ServerKey readServer(JsonFields in) {
    ServerKey key = new ServerKey(in.address("address"), (int) in.number("port", 0, 65535));
    in.end();
    return key;
  }

  static void write(JsonWriter out, ServerSpec settings) throws IOException {
    out.beginObject();
    out.name("method").value(Words.METHODS.wordFor(settings.method()));
    out.name("weight").value(settings.weight());
    out.name("upperThreshold").value(settings.upperThreshold());
    out.name("lowerThreshold").value(settings.lowerThreshold());
    if (hasTunnel(settings)) {
      out.name("tunnelType").value(Words.TUNNEL_TYPES.wordFor(settings.tunnelType()));
      out.name("tunnelPort").value(settings.tunnelPort());
      writeBits(out.name("tunnelFlags"), settings.tunnelFlags(), Words.TUNNEL_FLAGS);
    }
    out.endObject();
  }

  private static boolean hasTunnel(ServerSpec settings) {
    return settings.method() == ServerSpec.TUNNEL
        || settings.tunnelType() != ServerSpec.TUNNEL_IPIP
        || settings.tunnelPort() != 0
        || settings.tunnelFlags() != 0;
  }

  static ServerSpec readServerSettings(JsonFields in) {
    ServerSpec settings =
        new ServerSpec(
            in.word("method", Words.METHODS),
            // Negative weights and large thresholds are refused by the table, as in the kernel.
            (int) in.number("weight", Integer.MIN_VALUE, Integer.MAX_VALUE, 1),
            in.number("upperThreshold", 0, 0xffff_ffffL, 0),
            in.number("lowerThreshold", 0, 0xffff_ffffL, 0),
            in.word("tunnelType", Words.TUNNEL_TYPES, ServerSpec.TUNNEL_IPIP),
            (int) in.number("tunnelPort", 0, 65535, 0),
            in.bits("tunnelFlags", Words.TUNNEL_FLAGS));
    in.end();
    return settings;
  }

  private static void writeBits(JsonWriter out, int bits, Words words) throws IOException {
    out.beginArray();
    for (int i = 0; i < words.count(); i++) {
      if ((bits & words.number(i)) != 0) {
        out.value(words.word(i));
      }
    }
    out.endArray();
  }
}
