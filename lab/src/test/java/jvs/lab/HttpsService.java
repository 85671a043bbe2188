package jvs.lab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A web server with TLS and a certificate that nobody has signed; failing it says 503. */
final class HttpsService implements LiveService {
  private static final String PASSWORD = "changeit";

  private final HttpsServer server;
  private final byte[] answer;
  private volatile boolean isFailing;

  private HttpsService(HttpsServer server, String name) {
    this.server = server;
    answer = (name + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** Makes a key and a certificate of its own in a directory. */
  static SSLContext certificate(Path directory) throws IOException, GeneralSecurityException {
    Path file = directory.resolve("key.p12");
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Command.run(
            List.of(
                keytool.toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=jvs lab",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString()),
            "")
        .orThrow();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  static HttpsService open(Host host, int port, String name, SSLContext certificate) {
    HttpsServer server =
        NamespaceCall.in(host, () -> HttpsServer.create(new InetSocketAddress(port), 0));
    server.setHttpsConfigurator(new HttpsConfigurator(certificate));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    HttpsService service = new HttpsService(server, name);
    server.createContext("/", service::answer);
    server.start();
    return service;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(isFailing ? 503 : 200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void setFailing(boolean failing) {
    isFailing = failing;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
