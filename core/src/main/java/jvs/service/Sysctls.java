package jvs.service;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;
import jvs.service.IpvsException.Errno;
import org.jspecify.annotations.Nullable;

/**
 * The settings of net.ipv4.vs by name, with the kernel's defaults and ranges (ip_vs_ctl.c,
 * vs_vars). The only list of them.
 *
 * <p>What has no meaning here is accepted and shown again: scripts set it. Any thread.
 */
public final class Sysctls {
  /** What all names begin with; it may be left out. */
  public static final String PREFIX = "net.ipv4.vs.";

  private static final int ANY_LEAST = Integer.MIN_VALUE;
  private static final int ANY_MOST = Integer.MAX_VALUE;

  /** Says whether a text is a value. */
  @FunctionalInterface
  private interface Check {
    boolean accepts(String text);
  }

  /**
   * One setting.
   *
   * @param initial the default
   * @param check its values
   * @param expected its values in words
   * @param effect what a value does
   * @param present the number, where the director itself changes it
   */
  private record Rule(
      String initial,
      Check check,
      String expected,
      BiConsumer<Settings, String> effect,
      @Nullable ToIntFunction<Settings> present) {}

  private static final Map<String, Rule> RULES = new TreeMap<>();

  static {
    number("amemthresh", 1024, (settings, value) -> settings.memoryThresholdPages = value);
    number("am_droprate", 10, (settings, value) -> settings.packetDropRate = value);
    mode(
        "drop_entry",
        (settings, value) -> settings.entryDefenceMode = value,
        settings -> settings.entryDefenceMode);
    mode(
        "drop_packet",
        (settings, value) -> settings.packetDefenceMode = value,
        settings -> settings.packetDefenceMode);
    mode(
        "secure_tcp",
        (settings, value) -> settings.tcpDefenceMode = value,
        settings -> settings.tcpDefenceMode);
    number("conn_reuse_mode", 1, (settings, value) -> settings.connectionReuseMode = value);
    number(
        "expire_nodest_conn", 0, (settings, value) -> settings.expiresNoDestination = value != 0);
    number(
        "expire_quiescent_template",
        0,
        (settings, value) -> settings.expiresQuiescentTemplate = value != 0);
    number("sloppy_tcp", 0, (settings, value) -> settings.isSloppyTcp = value != 0);
    number("sloppy_sctp", 0, (settings, value) -> settings.isSloppySctp = value != 0);
    number("schedule_icmp", 0, (settings, value) -> settings.schedulesIcmp = value != 0);
    number("pmtu_disc", 1, (settings, value) -> settings.discoversPathMtu = value != 0);
    number("nat_icmp_send", 0, (settings, value) -> settings.sendsNatIcmp = value != 0);
    number("run_estimation", 1, (settings, value) -> settings.estimatesRates = value != 0);
    number("lblc_expiration", 86400, (settings, value) -> settings.lblcExpirationSeconds = value);
    number("lblcr_expiration", 86400, (settings, value) -> settings.lblcrExpirationSeconds = value);
    number("cache_bypass", 0, (settings, value) -> settings.bypasses = value != 0);
    number("backup_only", 0, (settings, value) -> settings.isPassiveAsBackup = value != 0);
    number("sync_persist_mode", 0, (settings, value) -> settings.syncsTemplatesOnly = value != 0);
    number("sync_refresh_period", 0, (settings, value) -> settings.syncRefreshSeconds = value);
    number("sync_sock_size", 0, (settings, value) -> settings.syncSocketBytes = value);
    number("sync_qlen_max", 8192, (settings, value) -> settings.syncQueueMessages = value);
    range("sync_retries", 0, 0, 3, (settings, value) -> settings.syncRetries = value, null);
    range("sync_version", 1, 0, 1, (settings, value) -> settings.syncVersion = value, null);
    rule(
        "sync_ports",
        "1",
        Sysctls::isPowerOfTwo,
        "a power of two",
        (settings, text) -> settings.syncPorts = Integer.parseInt(text));
    rule(
        "sync_threshold",
        "3\t50",
        Sysctls::isThreshold,
        "a threshold below a period",
        Sysctls::setThreshold);
    number("ignore_tunneled", 0, (settings, value) -> settings.ignoresTunneled = value != 0);
    // Without effect here.
    number("conntrack", 0, Sysctls::noEffect);
    number("snat_reroute", 1, Sysctls::noEffect);
    range("debug_level", 0, 0, 12, Sysctls::noEffect, null);
    range("est_nice", 0, -20, 19, Sysctls::noEffect, null);
    range("conn_lfactor", -4, -8, 8, Sysctls::noEffect, null);
    range("svc_lfactor", -3, -8, 8, Sysctls::noEffect, null);
    rule(
        "est_cpulist",
        "",
        text -> text.matches("[0-9,-]*"),
        "a list of processors",
        (settings, text) -> {});
  }

  private final Settings settings;
  private final Map<String, String> values = new TreeMap<>();

  /** The names of {@code settings}, which have their defaults. */
  public Sysctls(Settings settings) {
    this.settings = settings;
    RULES.forEach((name, rule) -> values.put(name, rule.initial()));
  }

  private static void noEffect(Settings settings, int value) {}

  private static void number(String name, int initial, ObjIntConsumer<Settings> effect) {
    range(name, initial, ANY_LEAST, ANY_MOST, effect, null);
  }

  private static void mode(
      String name, ObjIntConsumer<Settings> effect, ToIntFunction<Settings> present) {
    range(name, Settings.OFF, Settings.OFF, Settings.ALWAYS, effect, present);
  }

  private static void range(
      String name,
      int initial,
      int least,
      int most,
      ObjIntConsumer<Settings> effect,
      @Nullable ToIntFunction<Settings> present) {
    Check check =
        text -> {
          Integer value = number(text);
          return value != null && value >= least && value <= most;
        };
    RULES.put(
        name,
        new Rule(
            Integer.toString(initial),
            check,
            least + ".." + most,
            (settings, text) -> effect.accept(settings, Integer.parseInt(text)),
            present));
  }

  private static void rule(
      String name,
      String initial,
      Check check,
      String expected,
      BiConsumer<Settings, String> effect) {
    RULES.put(name, new Rule(initial, check, expected, effect, null));
  }

  private static void setThreshold(Settings settings, String text) {
    int tab = text.indexOf('\t');
    settings.syncThreshold = Integer.parseInt(text.substring(0, tab));
    settings.syncPeriod = Integer.parseInt(text.substring(tab + 1));
  }

  /** All names and their present values, in alphabetical order. */
  public synchronized Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    values.forEach((name, value) -> all.put(PREFIX + name, present(name, value)));
    return all;
  }

  private String present(String name, String value) {
    ToIntFunction<Settings> present = rule(name).present();
    return present == null ? value : Integer.toString(present.applyAsInt(settings));
  }

  /**
   * Sets one.
   *
   * @throws IpvsException ENOENT for unknown names, EINVAL for values out of range
   */
  public synchronized void set(String name, String value) {
    String own = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    Rule rule = rule(own);
    String text = String.join("\t", value.strip().split("\\s+"));
    if (!rule.check().accepts(text)) {
      throw new IpvsException(
          Errno.EINVAL, PREFIX + own + "=" + value + ", expected " + rule.expected());
    }
    Integer number = number(text);
    String canonical = number == null ? text : number.toString();
    values.put(own, canonical);
    rule.effect().accept(settings, canonical);
  }

  private static Rule rule(String name) {
    Rule rule = RULES.get(name);
    if (rule == null) {
      throw new IpvsException(Errno.ENOENT, "there is no setting " + PREFIX + name);
    }
    return rule;
  }

  private static @Nullable Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static boolean isPowerOfTwo(String text) {
    Integer value = number(text);
    return value != null && value > 0 && Integer.bitCount(value) == 1;
  }

  private static boolean isThreshold(String text) {
    String[] words = text.split("\t", -1);
    if (words.length != 2) {
      return false;
    }
    Integer threshold = number(words[0]);
    Integer period = number(words[1]);
    return threshold != null
        && period != null
        && threshold >= 0
        && period >= 0
        && (period == 0 || threshold < period);
  }
}
