package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import jvs.director.mark.MarkException;
import jvs.director.mark.MarkText;
import jvs.director.mark.MarkWords;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
import jvs.service.ServerEntry;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.Statistics;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;

/** What can be read from a director, in JSON. */
final class EntryJson {
  private static final IpAddress NO_ADDRESS = IpAddress.v4(0);

  private EntryJson() {}

  static void write(JsonWriter out, ServiceEntry entry) throws IOException {
    out.beginObject();
    writeFields(out, entry);
    out.endObject();
  }

  static void writeFields(JsonWriter out, ServiceEntry entry) throws IOException {
    KeyJson.write(out.name("service"), entry.key());
    KeyJson.write(out.name("settings"), entry.spec(), entry.key().address().isV4());
    write(out.name("statistics"), entry.statistics());
  }

  static ServiceEntry readService(JsonFields in) {
    ServiceKey key = KeyJson.readService(in.object("service"));
    return new ServiceEntry(
        key,
        KeyJson.readServiceSettings(in.object("settings"), key.address().isV4()),
        readStatistics(in.object("statistics")));
  }

  static void write(JsonWriter out, ServerEntry entry) throws IOException {
    out.beginObject();
    KeyJson.write(out.name("server"), entry.key());
    KeyJson.write(out.name("settings"), entry.spec());
    out.name("activeConnections").value(Integer.toUnsignedLong(entry.activeConnections()));
    out.name("inactiveConnections").value(Integer.toUnsignedLong(entry.inactiveConnections()));
    out.name("persistentConnections").value(Integer.toUnsignedLong(entry.persistentConnections()));
    write(out.name("statistics"), entry.statistics());
    out.endObject();
  }

  static ServerEntry readServer(JsonFields in) {
    return new ServerEntry(
        KeyJson.readServer(in.object("server")),
        KeyJson.readServerSettings(in.object("settings")),
        (int) in.number("activeConnections", 0, 0xffff_ffffL),
        (int) in.number("inactiveConnections", 0, 0xffff_ffffL),
        (int) in.number("persistentConnections", 0, 0xffff_ffffL),
        readStatistics(in.object("statistics")));
  }

  static void write(JsonWriter out, Statistics counted) throws IOException {
    out.beginObject();
    out.name("connections").value(counted.connections());
    out.name("inPackets").value(counted.inPackets());
    out.name("outPackets").value(counted.outPackets());
    out.name("inBytes").value(counted.inBytes());
    out.name("outBytes").value(counted.outBytes());
    out.name("connectionRate").value(counted.connectionRate());
    out.name("inPacketRate").value(counted.inPacketRate());
    out.name("outPacketRate").value(counted.outPacketRate());
    out.name("inByteRate").value(counted.inByteRate());
    out.name("outByteRate").value(counted.outByteRate());
    out.endObject();
  }

  static Statistics readStatistics(JsonFields in) {
    return new Statistics(
        counter(in, "connections"),
        counter(in, "inPackets"),
        counter(in, "outPackets"),
        counter(in, "inBytes"),
        counter(in, "outBytes"),
        counter(in, "connectionRate"),
        counter(in, "inPacketRate"),
        counter(in, "outPacketRate"),
        counter(in, "inByteRate"),
        counter(in, "outByteRate"));
  }

  private static long counter(JsonFields in, String name) {
    return in.number(name, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  static void write(JsonWriter out, LocalAddressEntry entry) throws IOException {
    out.beginObject();
    out.name("address").value(entry.address().toString());
    out.name("connections").value(entry.connections());
    out.endObject();
  }

  static LocalAddressEntry readLocalAddress(JsonFields in) {
    return new LocalAddressEntry(
        in.address("address"), in.number("connections", 0, Long.MAX_VALUE));
  }

  static void write(JsonWriter out, ConnectionEntry entry) throws IOException {
    out.beginObject();
    out.name("protocol").value(Words.PROTOCOLS.wordFor(entry.protocol()));
    out.name("clientAddress").value(entry.clientAddress().toString());
    out.name("clientPort").value(entry.clientPort());
    out.name("virtualAddress").value(entry.virtualAddress().toString());
    out.name("virtualPort").value(entry.virtualPort());
    out.name("serverAddress").value(entry.serverAddress().toString());
    out.name("serverPort").value(entry.serverPort());
    out.name("state").value(entry.state());
    out.name("expiresSeconds").value(entry.expiresSeconds());
    if (!entry.engine().isEmpty() || !entry.engineData().isEmpty()) {
      out.name("engine").value(entry.engine());
      out.name("engineData").value(entry.engineData());
    }
    out.name("isSynced").value(entry.isSynced());
    out.endObject();
  }

  static ConnectionEntry readConnection(JsonFields in) {
    return new ConnectionEntry(
        protocol(in),
        in.address("clientAddress"),
        (int) in.number("clientPort", 0, 65535),
        in.address("virtualAddress"),
        (int) in.number("virtualPort", 0, 65535),
        in.address("serverAddress"),
        (int) in.number("serverPort", 0, 65535),
        in.text("state"),
        in.number("expiresSeconds", 0, Long.MAX_VALUE),
        in.text("engine", ""),
        in.text("engineData", ""),
        in.truth("isSynced", false));
  }

  /** A word, or the digits of a protocol that has none. */
  private static int protocol(JsonFields in) {
    String text = in.text("protocol");
    return !text.isEmpty() && Character.isDigit(text.charAt(0))
        ? Integer.parseInt(text)
        : in.word("protocol", Words.PROTOCOLS);
  }

  static void write(JsonWriter out, MarkEntry entry) throws IOException {
    out.beginObject();
    out.name("rule").value(MarkText.of(entry.rule()));
    out.name("packets").value(entry.packets());
    out.name("bytes").value(entry.bytes());
    out.endObject();
  }

  static MarkEntry readMark(JsonFields in) {
    return new MarkEntry(readRule(in, "rule"), counter(in, "packets"), counter(in, "bytes"));
  }

  static MarkRule readRule(JsonFields in, String name) {
    return rule(name, in.text(name));
  }

  /** A rule for marks in the words of iptables; {@code name} is the field's. */
  static MarkRule rule(String name, String words) {
    try {
      return MarkWords.parse(words);
    } catch (MarkException e) {
      throw new IpvsException(Errno.EINVAL, name + ": \"" + words + "\": " + e.getMessage());
    }
  }

  static void write(JsonWriter out, Timeouts timeouts) throws IOException {
    out.beginObject();
    out.name("tcp").value(timeouts.tcp());
    out.name("tcpFin").value(timeouts.tcpFin());
    out.name("udp").value(timeouts.udp());
    out.endObject();
  }

  /** Absent ones are 0, which keeps a timeout as it is. */
  static Timeouts readTimeouts(JsonFields in) {
    Timeouts timeouts =
        new Timeouts(
            (int) in.number("tcp", 0, Integer.MAX_VALUE, 0),
            (int) in.number("tcpFin", 0, Integer.MAX_VALUE, 0),
            (int) in.number("udp", 0, Integer.MAX_VALUE, 0));
    in.end();
    return timeouts;
  }

  static void write(JsonWriter out, DaemonSpec daemon) throws IOException {
    out.beginObject();
    out.name("state").value(state(daemon.isMaster()));
    out.name("interface").value(daemon.interfaceName());
    out.name("syncId").value(daemon.syncId());
    out.name("maxLength").value(daemon.maxLength());
    out.name("group").value(daemon.group().toString());
    out.name("port").value(daemon.port());
    out.name("ttl").value(daemon.ttl());
    out.endObject();
  }

  static DaemonSpec readDaemon(JsonFields in) {
    DaemonSpec daemon =
        new DaemonSpec(
            readState(in),
            in.text("interface"),
            (int) in.number("syncId", 0, 255, 0),
            (int) in.number("maxLength", 0, 65535, 0),
            in.address("group", NO_ADDRESS),
            (int) in.number("port", 0, 65535, 0),
            (int) in.number("ttl", 0, 255, 0));
    in.end();
    return daemon;
  }

  static String state(boolean isMaster) {
    return isMaster ? "master" : "backup";
  }

  static boolean readState(JsonFields in) {
    String state = in.text("state");
    if (!state.equals("master") && !state.equals("backup")) {
      throw in.invalid("state", "master or backup");
    }
    return state.equals("master");
  }
}
