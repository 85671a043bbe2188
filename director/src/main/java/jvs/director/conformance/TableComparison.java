package jvs.director.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvs.director.conformance.Divergence.Difference;

/**
 * Compares connections and servers with the kernel's tables. One thread, one case.
 *
 * <p>A connection that was replaced stays in the kernel's table until a timer has removed it, with
 * 0 seconds to go, and is counted at its server so long. How long that is, is timing: such rows are
 * not compared, and the count of their server may be lower by as many.
 */
final class TableComparison {
  private final Findings findings;
  private final Map<Endpoint, Integer> replacedActive = new HashMap<>();
  private final Map<Endpoint, Integer> replacedInactive = new HashMap<>();

  TableComparison(Findings findings) {
    this.findings = findings;
  }

  /** Compares all connections, whatever their order. */
  void connections(List<ConnectionRow> kernel, List<ConnectionRow> ours) {
    replacedActive.clear();
    replacedInactive.clear();
    Map<String, List<ConnectionRow>> left = new LinkedHashMap<>();
    for (ConnectionRow row : ours) {
      left.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row);
    }
    for (ConnectionRow row : kernel) {
      List<ConnectionRow> candidates = left.getOrDefault(row.key(), new ArrayList<>());
      if (row.isDue()) {
        (row.isActive() ? replacedActive : replacedInactive).merge(row.server(), 1, Integer::sum);
        candidates.removeIf(candidate -> candidate.isNearlyDue() && row.isAt(candidate));
      } else if (candidates.isEmpty()) {
        findings.add(row.key(), "has " + row, "no such connection");
      } else {
        ConnectionRow best = nearest(row, candidates);
        candidates.remove(best);
        findings.add(row.key(), row.differences(best));
      }
    }
    for (List<ConnectionRow> rows : left.values()) {
      for (ConnectionRow row : rows) {
        if (!row.isDue()) {
          findings.add(row.key(), "no such connection", "have " + row);
        }
      }
    }
  }

  private static ConnectionRow nearest(ConnectionRow wanted, List<ConnectionRow> candidates) {
    ConnectionRow best = candidates.getFirst();
    for (ConnectionRow row : candidates) {
      if (wanted.differences(row).size() < wanted.differences(best).size()) {
        best = row;
      }
    }
    return best;
  }

  /** Compares all servers; the order inside a service counts, that of services is a hash. */
  void servers(List<ServerRow> kernel, List<ServerRow> ours) {
    Map<String, List<ServerRow>> kernelServices = byService(kernel);
    Map<String, List<ServerRow>> ourServices = byService(ours);
    Set<String> services = new LinkedHashSet<>(kernelServices.keySet());
    services.addAll(ourServices.keySet());
    for (String service : services) {
      servers(
          service,
          kernelServices.getOrDefault(service, List.of()),
          ourServices.getOrDefault(service, List.of()));
    }
  }

  private static Map<String, List<ServerRow>> byService(List<ServerRow> rows) {
    Map<String, List<ServerRow>> services = new LinkedHashMap<>();
    for (ServerRow row : rows) {
      services.computeIfAbsent(row.service(), service -> new ArrayList<>()).add(row);
    }
    return services;
  }

  private void servers(String service, List<ServerRow> kernel, List<ServerRow> ours) {
    List<Endpoint> kernelOrder = kernel.stream().map(ServerRow::server).toList();
    List<Endpoint> ourOrder = ours.stream().map(ServerRow::server).toList();
    if (!kernelOrder.equals(ourOrder)) {
      findings.add(service + " servers", kernelOrder.toString(), ourOrder.toString());
      return;
    }
    for (int i = 0; i < kernel.size(); i++) {
      ServerRow row = kernel.get(i);
      findings.add(service + " " + row.server(), differences(row, ours.get(i)));
    }
  }

  private List<Difference> differences(ServerRow kernel, ServerRow ours) {
    List<Difference> differences = new ArrayList<>();
    if (!kernel.method().equals(ours.method())) {
      differences.add(new Difference("method", kernel.method(), ours.method()));
    }
    if (kernel.weight() != ours.weight()) {
      differences.add(new Difference("weight", "" + kernel.weight(), "" + ours.weight()));
    }
    int goneActive = replacedActive.getOrDefault(kernel.server(), 0);
    int goneInactive = replacedInactive.getOrDefault(kernel.server(), 0);
    count("active", kernel.active(), ours.active(), goneActive, differences);
    count("inactive", kernel.inactive(), ours.inactive(), goneInactive, differences);
    return differences;
  }

  private static void count(
      String what, int kernel, int ours, int gone, List<Difference> differences) {
    if (ours > kernel || ours < kernel - gone) {
      differences.add(new Difference(what, "" + kernel, "" + ours));
    }
  }
}
