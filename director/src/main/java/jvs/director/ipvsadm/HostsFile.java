package jvs.director.ipvsadm;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** /etc/hosts: the first line that fits counts, names are compared without case. */
final class HostsFile {
  private static final IpAddress LOOPBACK = IpAddress.v4(0x7f00_0001);

  private final Map<IpAddress, String> names = new HashMap<>();
  private final Map<String, IpAddress> addresses = new HashMap<>();

  private HostsFile() {}

  static HostsFile read(Path file) {
    HostsFile hosts = new HostsFile();
    TableFile.read(file, hosts::add);
    return hosts;
  }

  @Nullable String nameOf(IpAddress address) {
    return names.get(address);
  }

  /** IPv4 only. */
  @Nullable IpAddress addressOf(String name) {
    return addresses.get(name.toLowerCase(Locale.ROOT));
  }

  /** Whether the text may name a host; digits and dots alone are a mistyped address. */
  static boolean isName(String text) {
    boolean hasOther = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
      hasOther |= c != '.' && !Numbers.isDigit(c);
    }
    return hasOther;
  }

  private void add(List<String> words) {
    IpAddress address;
    try {
      address = IpAddress.parse(words.getFirst());
    } catch (IllegalArgumentException notAnAddress) {
      return;
    }
    if (words.size() < 2) {
      return;
    }
    names.putIfAbsent(address, words.get(1));
    IpAddress v4 = asV4(address);
    if (v4 != null) {
      names.putIfAbsent(v4, words.get(1));
      for (String name : words.subList(1, words.size())) {
        addresses.putIfAbsent(name.toLowerCase(Locale.ROOT), v4);
      }
    }
  }

  /** The GNU C library takes ::1 and ::ffff:a.b.c.d for IPv4 when that is asked for. */
  private static @Nullable IpAddress asV4(IpAddress address) {
    if (address.isV4()) {
      return address;
    }
    boolean isMapped = address.high() == 0 && address.low() >>> 32 == 0xffff;
    boolean isLoopback = address.high() == 0 && address.low() == 1;
    return isLoopback ? LOOPBACK : isMapped ? IpAddress.v4((int) address.low()) : null;
  }
}
