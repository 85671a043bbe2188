package jvs.director.dropin;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import jvs.director.proc.ProcFile;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.Sysctls;
import org.jspecify.annotations.Nullable;

/**
 * The files below /proc that the kernel's IPVS has: {@code net/ip_vs*} and {@code
 * sys/net/ipv4/vs/*}. Any thread.
 */
public final class KernelFiles {
  /** Where the settings are, below /proc. */
  public static final String SETTINGS = "sys/net/ipv4/vs/";

  private static final String TEXTS = "net/";

  private final IpvsControl control;

  KernelFiles(IpvsControl control) {
    this.control = control;
  }

  /** Whether a path below /proc is one that a director may have. */
  public static boolean mayBe(String path) {
    return path.startsWith(SETTINGS)
        || path.startsWith(TEXTS) && ProcFile.of(path.substring(TEXTS.length())) != null;
  }

  /** The file's content, or just "" if it is there; ENOENT. */
  byte[] read(String path, boolean isWanted) {
    ProcFile file = path.startsWith(TEXTS) ? ProcFile.of(path.substring(TEXTS.length())) : null;
    String text = file != null ? (isWanted ? file.text(control) : "") : setting(path) + "\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String setting(String path) {
    Map<String, String> settings = control.sysctls();
    @Nullable String value =
        path.startsWith(SETTINGS)
            ? settings.get(Sysctls.PREFIX + path.substring(SETTINGS.length()))
            : null;
    if (value == null) {
      throw new IpvsException(Errno.ENOENT, "there is no /proc/" + path);
    }
    return value;
  }

  /** Writes a setting, {@code PATH=VALUE}. */
  void write(String assignment, boolean isAdmin) {
    int equals = assignment.indexOf('=');
    if (!isAdmin || equals < 0 || !assignment.startsWith(SETTINGS)) {
      throw new IpvsException(Errno.EPERM, "not to be written: " + assignment);
    }
    control.setSysctl(
        Sysctls.PREFIX + assignment.substring(SETTINGS.length(), equals),
        assignment.substring(equals + 1));
  }
}
