package jvs.director.conformance;

import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;
import jvs.service.Settings;
import org.jspecify.annotations.Nullable;

/** The settings of net.ipv4.vs that the director has, by the names of recordings. */
final class SysctlSettings {
  private static final String PREFIX = "net.ipv4.vs.";
  private static final int ALWAYS = 3;

  private record Access(ToIntFunction<Settings> get, ObjIntConsumer<Settings> set) {}

  private static final Map<String, Access> SETTINGS =
      Map.ofEntries(
          Map.entry(
              "conn_reuse_mode",
              new Access(
                  settings -> settings.connectionReuseMode,
                  (settings, value) -> settings.connectionReuseMode = value)),
          Map.entry(
              "expire_nodest_conn",
              new Access(
                  settings -> settings.expiresNoDestination ? 1 : 0,
                  (settings, value) -> settings.expiresNoDestination = value != 0)),
          Map.entry(
              "sloppy_tcp",
              new Access(
                  settings -> settings.isSloppyTcp ? 1 : 0,
                  (settings, value) -> settings.isSloppyTcp = value != 0)),
          Map.entry(
              "nat_icmp_send",
              new Access(
                  settings -> settings.sendsNatIcmp ? 1 : 0,
                  (settings, value) -> settings.sendsNatIcmp = value != 0)),
          Map.entry(
              "pmtu_disc",
              new Access(
                  settings -> settings.discoversPathMtu ? 1 : 0,
                  (settings, value) -> settings.discoversPathMtu = value != 0)),
          Map.entry(
              "schedule_icmp",
              new Access(
                  settings -> settings.schedulesIcmp ? 1 : 0,
                  (settings, value) -> settings.schedulesIcmp = value != 0)),
          Map.entry(
              "lblc_expiration",
              new Access(
                  settings -> settings.lblcExpirationSeconds,
                  (settings, value) -> settings.lblcExpirationSeconds = value)),
          Map.entry(
              "lblcr_expiration",
              new Access(
                  settings -> settings.lblcrExpirationSeconds,
                  (settings, value) -> settings.lblcrExpirationSeconds = value)),
          Map.entry(
              "secure_tcp",
              new Access(
                  settings -> settings.isSecureTcp ? ALWAYS : 0,
                  (settings, value) -> settings.isSecureTcp = value == ALWAYS)),
          Map.entry(
              "sloppy_sctp",
              new Access(
                  settings -> settings.isSloppySctp ? 1 : 0,
                  (settings, value) -> settings.isSloppySctp = value != 0)));

  private SysctlSettings() {}

  /** Sets one; returns what stands in the way, or null. */
  static @Nullable String set(Settings settings, String name, String value) {
    Access access = access(name);
    if (access == null) {
      return "the director has no setting " + name;
    }
    int number;
    try {
      number = Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      return "'" + value + "' is no value of " + name;
    }
    access.set().accept(settings, number);
    boolean isTaken = access.get().applyAsInt(settings) == number;
    return isTaken ? null : "the director has no value " + value + " of " + name;
  }

  /** The present value of a setting, null if the director has no such setting. */
  static @Nullable String get(Settings settings, String name) {
    Access access = access(name);
    return access == null ? null : Integer.toString(access.get().applyAsInt(settings));
  }

  private static @Nullable Access access(String name) {
    return name.startsWith(PREFIX) ? SETTINGS.get(name.substring(PREFIX.length())) : null;
  }
}
