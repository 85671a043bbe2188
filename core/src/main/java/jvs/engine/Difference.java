package jvs.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jvs.service.IpvsControl;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;

/**
 * The commands that make one table like another: what is the same in both is not touched, so that
 * its connections, counters and scheduler's state stay. Control plane.
 */
final class Difference {
  private final IpvsControl from;
  private final IpvsControl to;

  private Difference(IpvsControl from, IpvsControl to) {
    this.from = from;
    this.to = to;
  }

  /** Makes {@code from} like {@code to}. */
  static void apply(IpvsControl from, IpvsControl to) {
    Difference difference = new Difference(from, to);
    difference.applyServices();
    difference.applyMarks();
    difference.applySettings();
  }

  private void applyServices() {
    Map<ServiceKey, ServiceSpec> present = new HashMap<>();
    from.services().forEach(service -> present.put(service.key(), service.spec()));
    for (ServiceEntry wanted : to.services()) {
      ServiceSpec spec = present.remove(wanted.key());
      if (spec == null) {
        from.newService(wanted.key(), wanted.spec());
      } else if (!spec.equals(wanted.spec())) {
        from.setService(wanted.key(), wanted.spec());
      }
      applyLocalAddresses(wanted.key());
      applyServers(wanted.key());
    }
    present.keySet().forEach(from::deleteService);
  }

  private void applyLocalAddresses(ServiceKey service) {
    List<IpAddress> present = localAddresses(from, service);
    List<IpAddress> wanted = localAddresses(to, service);
    if (!present.equals(wanted)) {
      present.forEach(address -> from.deleteLocalAddress(service, address));
      wanted.forEach(address -> from.newLocalAddress(service, address));
    }
  }

  private static List<IpAddress> localAddresses(IpvsControl of, ServiceKey service) {
    return of.localAddresses(service).stream().map(LocalAddressEntry::address).toList();
  }

  private void applyServers(ServiceKey service) {
    Map<ServerKey, ServerSpec> present = new HashMap<>();
    from.servers(service).forEach(server -> present.put(server.key(), server.spec()));
    // The newest comes first in a list, and has to be added last.
    for (ServerEntry wanted : to.servers(service).reversed()) {
      ServerSpec spec = present.remove(wanted.key());
      if (spec == null) {
        from.newServer(service, wanted.key(), wanted.spec());
      } else if (!spec.equals(wanted.spec())) {
        from.setServer(service, wanted.key(), wanted.spec());
      }
    }
    present.keySet().forEach(server -> from.deleteServer(service, server));
  }

  private void applyMarks() {
    List<MarkRule> wanted = rules(to);
    if (!rules(from).equals(wanted)) {
      from.setMarks(wanted);
    }
  }

  private static List<MarkRule> rules(IpvsControl of) {
    return of.marks().stream().map(MarkEntry::rule).toList();
  }

  private void applySettings() {
    if (!from.timeouts().equals(to.timeouts())) {
      from.setTimeouts(to.timeouts());
    }
    Map<String, String> present = from.sysctls();
    to.sysctls()
        .forEach(
            (name, value) -> {
              if (!value.equals(present.get(name))) {
                from.setSysctl(name, value);
              }
            });
  }
}
