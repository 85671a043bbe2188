package jvs.director.ipvsadm;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jvs.service.ServiceKey;
import org.jspecify.annotations.Nullable;

/** /etc/services: {@code name port/protocol alias...}; the first line that fits counts. */
final class ServicesFile {
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, Integer> ports = new HashMap<>();

  private ServicesFile() {}

  static ServicesFile read(Path file) {
    ServicesFile services = new ServicesFile();
    TableFile.read(file, services::add);
    return services;
  }

  @Nullable String nameOf(int protocol, int port) {
    return names.get(port + "/" + protocolName(protocol));
  }

  int portOf(int protocol, String service) {
    Integer port = ports.get(service + "/" + protocolName(protocol));
    return port == null ? -1 : port;
  }

  private void add(List<String> words) {
    if (words.size() < 2) {
      return;
    }
    String portAndProtocol = words.get(1);
    int slash = portAndProtocol.indexOf('/');
    int port = slash < 0 ? -1 : (int) Numbers.parse(portAndProtocol.substring(0, slash), 0, 65535);
    if (port < 0) {
      return;
    }
    String protocol = portAndProtocol.substring(slash);
    names.putIfAbsent(port + protocol, words.getFirst());
    for (int i = 0; i < words.size(); i++) {
      if (i != 1) {
        ports.putIfAbsent(words.get(i) + protocol, port);
      }
    }
  }

  private static String protocolName(int protocol) {
    return switch (protocol) {
      case ServiceKey.TCP -> "tcp";
      case ServiceKey.UDP -> "udp";
      case ServiceKey.SCTP -> "sctp";
      default -> "";
    };
  }
}
