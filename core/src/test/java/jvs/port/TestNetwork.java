package jvs.port;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jvs.linux.NetworkNamespace;
import org.junit.jupiter.api.Assumptions;

/**
 * Network namespaces joined by veth pairs, gone when it is closed.
 *
 * <p>Code runs in a namespace on a thread of its own. Skips the test when this is not root.
 */
public final class TestNetwork implements AutoCloseable {
  private final String prefix =
      "jvst-" + HexFormat.of().toHexDigits(new Random().nextInt(), 6) + "-";
  private final Deque<String> namespaces = new ArrayDeque<>();

  public TestNetwork(String... roles) {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "makes network namespaces, which only root may");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/sbin/ip")) || Files.isExecutable(Path.of("/sbin/ip")),
        "makes network namespaces with ip: install iproute2");
    for (String role : roles) {
      run("ip", "netns", "add", prefix + role);
      namespaces.push(prefix + role);
      // IPv6 addresses are usable at once, without a second of duplicate detection.
      exec(role, "sysctl", "-qw", "net.ipv6.conf.default.accept_dad=0");
      ip(role, "link", "set", "lo", "up");
    }
  }

  /** Name of a role's namespace. */
  public String namespace(String role) {
    return prefix + role;
  }

  /** Joins two namespaces; both ends are up. */
  public void join(String role, String link, String otherRole, String otherLink) {
    run(
        "ip",
        "link",
        "add",
        link,
        "netns",
        prefix + role,
        "type",
        "veth",
        "peer",
        "name",
        otherLink,
        "netns",
        prefix + otherRole);
    ip(role, "link", "set", link, "up");
    ip(otherRole, "link", "set", otherLink, "up");
  }

  /** Runs {@code ip} inside a namespace. */
  public void ip(String role, String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", prefix + role));
    command.addAll(List.of(arguments));
    run(command.toArray(String[]::new));
  }

  /** Runs a program inside a namespace; returns what it printed. */
  public String exec(String role, String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", prefix + role));
    all.addAll(List.of(command));
    return run(all.toArray(String[]::new));
  }

  public static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts code on a new thread that lives in the role's namespace. */
  public <T> FutureTask<T> start(String role, Callable<T> code) {
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              NetworkNamespace.enter(prefix + role);
              return code.call();
            });
    Thread.ofPlatform().daemon().name(prefix + role).start(task);
    return task;
  }

  /** Runs code on a thread that lives in the role's namespace and waits for its result. */
  public <T> T in(String role, Callable<T> code) {
    return result(start(role, code));
  }

  public static <T> T result(FutureTask<T> task) {
    try {
      return task.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    namespaces.forEach(name -> run("ip", "netns", "del", name));
  }
}
