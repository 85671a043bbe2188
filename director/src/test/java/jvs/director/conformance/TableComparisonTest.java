package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections and servers beside the kernel's. */
class TableComparisonTest {
  private final Findings findings = new Findings();
  private final TableComparison tables = new TableComparison(findings);

  private static Endpoint endpoint(String text) {
    try {
      return Endpoint.parse(text);
    } catch (MalformedException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ConnectionRow row(String client, String state, long expires) {
    return new ConnectionRow(
        "TCP",
        endpoint(client),
        endpoint("10.99.0.1:80"),
        endpoint("10.1.0.1:80"),
        state,
        expires,
        "");
  }

  private static ServerRow server(int inactive) {
    return new ServerRow("TCP 10.99.0.1:80", endpoint("10.1.0.1:80"), "Masq", 1, 0, inactive);
  }

  private int found() {
    return findings.toList().size();
  }

  @Test
  void timersMayDifferByASecond() {
    tables.connections(
        List.of(row("1.2.3.4:5", "CLOSE", 9)), List.of(row("1.2.3.4:5", "CLOSE", 10)));
    assertEquals(0, found());

    tables.connections(
        List.of(row("1.2.3.4:5", "CLOSE", 8)), List.of(row("1.2.3.4:5", "CLOSE", 10)));
    assertEquals(1, found());
  }

  @Test
  void rowsThatAreDueCountOnNeitherSide() {
    tables.connections(
        List.of(row("1.2.3.4:5", "CLOSE", 0), row("1.2.3.4:5", "SYN_RECV", 60)),
        List.of(row("1.2.3.4:5", "SYN_RECV", 60), row("1.2.3.4:6", "CLOSE", 0)));

    assertEquals(0, found());
  }

  @Test
  void whatIsDueThereMayBeNearlyDueHere() {
    tables.connections(
        List.of(row("1.2.3.4:5", "CLOSE", 0)), List.of(row("1.2.3.4:5", "CLOSE", 1)));
    assertEquals(0, found());

    tables.connections(
        List.of(row("1.2.3.4:5", "CLOSE", 0)), List.of(row("1.2.3.4:5", "CLOSE", 2)));
    assertEquals(1, found());
  }

  @Test
  void everyOtherRowHasToBeThere() {
    tables.connections(
        List.of(row("1.2.3.4:5", "CLOSE", 9)), List.of(row("1.2.3.4:6", "CLOSE", 9)));

    assertEquals(2, found());
  }

  @Test
  void replacedConnectionsMayBeCountedStill() {
    tables.connections(List.of(row("1.2.3.4:5", "CLOSE", 0)), List.of());

    tables.servers(List.of(server(3)), List.of(server(3)));
    tables.servers(List.of(server(3)), List.of(server(2)));
    assertEquals(0, found());

    tables.servers(List.of(server(3)), List.of(server(1)));
    tables.servers(List.of(server(3)), List.of(server(4)));
    assertEquals(2, found());
  }
}
