package jvs.director.control;

import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;

/**
 * A service as a path: {@code /services/tcp/10.0.0.1/80}, {@code /services/tcp/fd00::1/80}, {@code
 * /services/mark/5}, {@code /services/mark6/5}.
 */
final class ServicePath {
  private ServicePath() {}

  static String of(ServiceKey key) {
    if (key.isMark()) {
      return (key.address().isV4() ? "/services/mark/" : "/services/mark6/") + key.mark();
    }
    return "/services/"
        + Words.PROTOCOLS.wordFor(key.protocol())
        + "/"
        + key.address()
        + "/"
        + key.port();
  }

  /** The service that the words after {@code services} name; EINVAL if they name none. */
  static ServiceKey parse(String... words) {
    if (words.length == 2 && (words[0].equals("mark") || words[0].equals("mark6"))) {
      int family = words[0].equals("mark") ? IpAddress.IPV4 : IpAddress.IPV6;
      return ServiceKey.ofMark(number(words[1], 1, 0xffff_ffffL), family);
    }
    Integer protocol = words.length == 3 ? Words.PROTOCOLS.numberFor(words[0]) : null;
    if (protocol == null) {
      throw new IpvsException(
          Errno.EINVAL,
          "'"
              + String.join("/", words)
              + "' names no service, expected PROTOCOL/ADDRESS/PORT, mark/MARK or mark6/MARK");
    }
    return KeyJson.serviceKey(protocol, address(words[1]), (int) number(words[2], 0, 65535));
  }

  private static IpAddress address(String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException notAnAddress) {
      throw new IpvsException(Errno.EINVAL, "'" + text + "' in the path, expected an IP address");
    }
  }

  private static long number(String text, long min, long max) {
    try {
      long number = Long.parseLong(text);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Refused below.
    }
    throw new IpvsException(
        Errno.EINVAL, "'" + text + "' in the path, expected a number from " + min + " to " + max);
  }
}
