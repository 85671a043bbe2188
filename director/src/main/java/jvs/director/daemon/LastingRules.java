package jvs.director.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jvs.director.ipvsadm.Names;
import jvs.director.rules.RulesText;
import jvs.director.rules.StateFile;
import jvs.engine.Director;
import jvs.engine.Draft;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import org.jspecify.annotations.Nullable;

/**
 * The rules that were there before the director and will be there after it: the administrator's
 * file and the state file.
 *
 * <p>With both, the start is that of a director that was never stopped and is told to reload: first
 * the state, then the difference to the rules file, which so has the last word on services and
 * marks while settings that it does not mention stay as they were. Any thread.
 */
final class LastingRules {
  private static final Logger LOG = System.getLogger(LastingRules.class.getName());

  private static final int FEW = 5;
  private static final int LONG = 500;

  private final Director director;
  private final @Nullable Path rules;
  private final @Nullable StateFile state;
  private long savedVersion = -1;

  LastingRules(Director director, @Nullable Path rules, @Nullable Path state) {
    this.director = director;
    this.rules = rules;
    this.state = state == null ? null : new StateFile(state);
  }

  /**
   * Looks whether the files are good, before the host is touched for them. The director must know
   * the network.
   *
   * @throws DaemonException with all that is wrong
   */
  synchronized void check() {
    try {
      if (rules != null) {
        read(rules);
      }
      if (state != null) {
        state.check();
      }
    } catch (IpvsException e) {
      throw new DaemonException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new DaemonException("--state: " + e.getMessage());
    }
  }

  /**
   * Brings back the state and reads the rules.
   *
   * @throws DaemonException with all that is wrong in the rules
   */
  synchronized void load() {
    if (state != null) {
      loadState(state);
    }
    if (rules != null) {
      try {
        reload();
      } catch (IpvsException e) {
        throw new DaemonException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** A line that nobody understands any more must not keep the others from being served. */
  private void loadState(StateFile file) {
    try {
      String text = file.read();
      Draft draft = director.draft();
      List<String> problems = new ArrayList<>();
      if (file.isCut()) {
        problems.add("it ends too early, its last line does not count");
        text = text.substring(0, text.lastIndexOf('\n') + 1);
      }
      problems.addAll(RulesText.read(text, draft, Names.system()));
      if (!problems.isEmpty()) {
        Path copy = file.keepCopy();
        LOG.log(Level.ERROR, "state file, kept as {0}: {1}", copy, excerpt(problems));
      }
      director.become(draft);
    } catch (IOException e) {
      throw new DaemonException("--state: " + e);
    }
  }

  /** The first of many, with nothing in it that a terminal would obey. */
  private static String excerpt(List<String> problems) {
    String first =
        String.join("; ", problems.subList(0, Math.min(FEW, problems.size())))
            .replaceAll("\\p{Cntrl}", "?");
    String shown = first.substring(0, Math.min(LONG, first.length()));
    return problems.size() > FEW ? shown + " and " + (problems.size() - FEW) + " more" : shown;
  }

  /**
   * Becomes what the rules file says, wholly or not at all. Settings and timeouts that it does not
   * mention stay.
   *
   * @throws IpvsException with all that is wrong in it
   */
  synchronized void reload() {
    if (rules == null) {
      throw new IpvsException(Errno.EINVAL, "the director was started without --rules");
    }
    director.become(read(rules));
    LOG.log(Level.INFO, "the rules are those of {0}", rules);
  }

  private Draft read(Path file) {
    Draft draft = director.draft().withoutRules();
    List<String> problems = RulesText.read(file, draft, Names.system());
    if (!problems.isEmpty()) {
      throw new IpvsException(Errno.EINVAL, String.join("\n", problems));
    }
    return draft;
  }

  /** On SIGHUP. */
  void reloadAndLog() {
    try {
      reload();
    } catch (IpvsException e) {
      LOG.log(Level.ERROR, "nothing reloaded: {0}", e.getMessage());
    }
  }

  /** Writes the state file if something changed since the last time. */
  synchronized void save() {
    long version = director.version();
    if (state == null || version == savedVersion) {
      return;
    }
    try {
      state.write(RulesText.of(director.draft()));
      savedVersion = version;
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the state file is not up to date: {0}", e.toString());
    }
  }
}
