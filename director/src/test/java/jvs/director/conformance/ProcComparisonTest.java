package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import jvs.director.proc.ProcFile;
import org.junit.jupiter.api.Test;

class ProcComparisonTest {
  private static final String CONNECTIONS =
      "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n";
  private static final String ONE =
      "UDP C0000207 012D 0A630002 0035 0A010004 0035 UDP             296\n";
  private static final String OTHER =
      "TCP C0000207 0066 0A630001 0050 0A010002 1F90 ESTABLISHED     896 sip a@b\n";
  private static final String SERVICES =
      """
      IP Virtual Server version 1.2.1 (size=4096)
      Prot LocalAddress:Port Scheduler Flags
        -> RemoteAddress:Port Forward Weight ActiveConn InActConn
      """;

  private static int differences(ProcFile file, String kernel, String ours) {
    return ProcComparison.compare(file, kernel, ours).size();
  }

  @Test
  void connectionsAreInNoOrderAndTheirTimersMayDifferByASecond() {
    ProcFile file = ProcFile.IP_VS_CONN;
    String kernel = CONNECTIONS + ONE + OTHER;

    assertEquals(0, differences(file, kernel, CONNECTIONS + OTHER + ONE));
    assertEquals(0, differences(file, kernel, kernel.replace(" 296", " 297")));
    assertEquals(1, differences(file, kernel, kernel.replace(" 296", " 298")));
    assertEquals(2, differences(file, kernel, kernel.replace("a@b", "a@c")));
    assertEquals(1, differences(file, kernel, CONNECTIONS + ONE));
    assertEquals(1, differences(file, kernel, kernel.replace("PEData", "PEdata")));
  }

  @Test
  void servicesAreInNoOrderButTheirServersAre() {
    ProcFile file = ProcFile.IP_VS;
    String one = "UDP  0A630001:0035 rr  \n  -> a\n  -> b\n";
    String other = "TCP  0A630001:0050 rr  \n";

    assertEquals(0, differences(file, SERVICES + one + other, SERVICES + other + one));
    assertEquals(1, differences(file, SERVICES + one, SERVICES + one.replace("a", "c")));
    assertEquals(
        1,
        differences(file, SERVICES + one, SERVICES + "UDP  0A630001:0035 rr  \n  -> b\n  -> a\n"));
    assertEquals(1, differences(file, SERVICES + one, SERVICES.replace("1.2.1", "1.2.2") + one));
  }

  @Test
  void countersCountAndRatesDoNot() {
    String kernel = "Conns\n       1\n\n Conns/s\n       7\n";
    for (ProcFile file : List.of(ProcFile.IP_VS_STATS, ProcFile.IP_VS_STATS_PERCPU)) {
      assertEquals(0, differences(file, kernel, kernel.replace('7', '8')));
      assertNotEquals(0, differences(file, kernel, kernel.replace('1', '2')));
    }
  }
}
