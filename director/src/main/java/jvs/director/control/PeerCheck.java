package jvs.director.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import jdk.net.UnixDomainPrincipal;

/**
 * Who may use a control socket: root, the director's own user, and members of the socket's group.
 *
 * <p>The file's mode says the same, but the kernel only looks at it when a client connects, and a
 * mode may be changed by mistake. Principals are equal when their numbers are.
 */
final class PeerCheck {
  private static final Path GROUPS = Path.of("/etc/group");

  private final UserPrincipal root;
  private final UserPrincipal owner;
  private final GroupPrincipal group;

  private PeerCheck(UserPrincipal root, UserPrincipal owner, GroupPrincipal group) {
    this.root = root;
    this.owner = owner;
    this.group = group;
  }

  /** The check for a socket that has its final owner and group. */
  static PeerCheck of(Path socket) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(socket, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    UserPrincipal root =
        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("0");
    return new PeerCheck(root, attributes.owner(), attributes.group());
  }

  boolean permits(UnixDomainPrincipal peer) {
    return peer.user().equals(root)
        || peer.user().equals(owner)
        || peer.group().equals(group)
        || isMember(peer.user().getName());
  }

  /** Whether /etc/group lists the user in the socket's group; the peer tells only its first. */
  private boolean isMember(String user) {
    try {
      for (String line : Files.readAllLines(GROUPS, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(":", -1);
        if (fields.length == 4
            && fields[0].equals(group.getName())
            && List.of(fields[3].split(",", -1)).contains(user)) {
          return true;
        }
      }
    } catch (IOException unreadable) {
      return false;
    }
    return false;
  }
}
