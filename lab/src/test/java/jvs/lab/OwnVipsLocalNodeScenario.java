package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LocalNode with VIPs that no kernel has: programs answer from them all the same. */
final class OwnVipsLocalNodeScenario implements LocalNodeContract {
  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.of(LocalNodeLab::build, "--port", "packet", "--own-vips").withoutVip();

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @ParameterizedTest(name = "{0} IPv6 {1}")
  @CsvSource({"-g,false", "-m,false", "-g,true", "-m,true"})
  void aSmallLinkStopsNoDownload(String method, boolean isV6) throws IOException {
    serve(method);
    Lab lab = LAB.lab();
    Host router = lab.topology().find("router");
    PathContract.forgetPaths(lab);
    Path file = lab.client().directory().resolve("download");
    String url =
        "http://" + LocalNodeContract.urlVip(isV6) + "/bytes/" + PathContract.DOWNLOAD_BYTES;

    PathContract.shrink(lab.client(), router, PathContract.SMALL_MTU);
    PathContract.route(
        lab.client(), LocalNodeContract.family(isV6), "advmss", isV6 ? "1440" : "1460");
    try {
      lab.client().run("curl", "-gsS", "--max-time", "20", "-o", "" + file, url);
    } finally {
      PathContract.route(lab.client(), LocalNodeContract.family(isV6));
      PathContract.shrink(lab.client(), router, PathContract.MTU);
    }

    String expected = Payload.sha256(PathContract.DOWNLOAD_BYTES, HttpServerMain.SEED);
    assertEquals(expected, Payload.sha256(file));
    PathContract.forgetPaths(lab);
  }
}
