package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The socket's file, and who may connect. */
final class SocketFileTest {
  private static final String STRANGER = "65533";

  @TempDir private Path directory;

  private Path socket;

  @BeforeEach
  void choosePath() {
    socket = directory.resolve("1.sock");
  }

  private ControlServerFixture start() throws IOException {
    return ControlServerFixture.start(socket, new MemoryControl());
  }

  @Test
  void isForOwnerAndGroupOnly() throws IOException {
    try (var server = start()) {
      assertEquals("rw-rw----", mode(server.path()));
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void makesNoDirectories() {
    socket = directory.resolve("nosuch/1.sock");

    IOException refusal = assertThrows(IOException.class, this::start);

    assertTrue(String.valueOf(refusal.getMessage()).contains(socket.toString()));
    assertFalse(Files.exists(socket.getParent()));
  }

  @Test
  void goesWithTheServer() throws IOException {
    start().close();

    assertFalse(Files.exists(socket));
  }

  @Test
  void replacesThatOfADeadDirector() throws IOException {
    try (var dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }

    try (var server = start()) {
      assertTrue(RawClient.request(server.path(), "GET", "/health").contains("true"));
    }
  }

  @Test
  void leavesThatOfALivingDirectorAlone() throws IOException {
    try (var server = start()) {
      IOException refusal = assertThrows(IOException.class, this::start);

      assertEquals(
          "a director already listens on the control socket " + socket, refusal.getMessage());
      assertTrue(RawClient.request(server.path(), "GET", "/health").contains("true"));
    }
  }

  @Test
  void leavesOtherFilesAlone() throws IOException {
    Files.writeString(socket, "precious");

    IOException refusal = assertThrows(IOException.class, this::start);

    assertEquals("the control socket " + socket + " exists and is no socket", refusal.getMessage());
    assertEquals("precious", Files.readString(socket));
  }

  @Test
  void leavesTheSocketThatAnotherHasPutThere() throws IOException {
    ControlServerFixture first = start();
    Files.delete(socket);
    try (var second = start()) {
      first.close();

      assertTrue(RawClient.request(second.path(), "GET", "/health").contains("true"));
    }
  }

  @Test
  void refusesAPathThatIsTooLong() {
    socket = directory.resolve("x".repeat(120));

    IOException refusal = assertThrows(IOException.class, this::start);

    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("cannot listen on the control socket"));
  }

  @Test
  void permitsRootOwnerAndGroup() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
    UserPrincipalLookupService principals =
        FileSystems.getDefault().getUserPrincipalLookupService();
    UserPrincipal root = principals.lookupPrincipalByName("0");
    UserPrincipal stranger = principals.lookupPrincipalByName(STRANGER);
    GroupPrincipal strangers = principals.lookupPrincipalByGroupName(STRANGER);

    PeerCheck check = PeerCheck.of(file);

    assertTrue(check.permits(new UnixDomainPrincipal(root, strangers)));
    assertTrue(check.permits(new UnixDomainPrincipal(attributes.owner(), strangers)));
    assertTrue(check.permits(new UnixDomainPrincipal(stranger, attributes.group())));
    assertFalse(check.permits(new UnixDomainPrincipal(stranger, strangers)));
  }

  @Test
  void isNamedAfterTheNetworkNamespace() throws IOException {
    String namespace = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();

    Path path = ControlPath.ofThisNamespace();

    String inode = namespace.substring("net:[".length(), namespace.length() - 1);
    assertEquals(Path.of("/run/jvs/" + inode + ".sock"), path);
  }
}
