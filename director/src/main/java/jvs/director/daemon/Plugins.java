package jvs.director.daemon;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import jvs.schedulers.Schedulers;
import jvs.spi.SchedulerFactory;

/** Schedulers of strangers: {@link ServiceLoader} over the jars of {@code --plugin-path}. */
public final class Plugins {
  private static final int LONGEST_NAME = 15;

  private Plugins() {}

  /**
   * The list of ours, then what the jars provide.
   *
   * @param paths jars, or folders of jars
   * @throws DaemonException naming the path or the scheduler that cannot be used
   */
  public static List<SchedulerFactory> schedulers(List<Path> paths) {
    List<SchedulerFactory> all = new ArrayList<>(Schedulers.all());
    if (paths.isEmpty()) {
      return all;
    }
    List<URL> jars = new ArrayList<>();
    paths.forEach(path -> addJars(path, jars));
    // Stays open: a scheduler may load classes as long as the director runs.
    URLClassLoader loader =
        new URLClassLoader(jars.toArray(new URL[0]), Plugins.class.getClassLoader());
    try {
      for (SchedulerFactory factory : ServiceLoader.load(SchedulerFactory.class, loader)) {
        check(factory, all);
        all.add(factory);
      }
    } catch (ServiceConfigurationError e) {
      throw new DaemonException("--plugin-path " + paths + ": " + e.getMessage(), e);
    }
    if (all.size() == Schedulers.all().size()) {
      throw new DaemonException("--plugin-path " + paths + ": no scheduler in there");
    }
    return all;
  }

  private static void check(SchedulerFactory factory, List<SchedulerFactory> known) {
    String name = factory.name();
    String type = factory.getClass().getName();
    if (name.isEmpty() || name.length() > LONGEST_NAME || !name.matches("[a-z0-9_-]+")) {
      throw new DaemonException(
          "plugin " + type + ": scheduler name '" + name + "', expected 1 to 15 of a-z 0-9 _ -");
    }
    if (known.stream().anyMatch(other -> other.name().equals(name))) {
      throw new DaemonException("plugin " + type + ": there is a scheduler '" + name + "' already");
    }
  }

  private static void addJars(Path path, List<URL> jars) {
    try {
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          for (Path file : files.filter(Plugins::isJar).sorted().toList()) {
            jars.add(url(file));
          }
        }
      } else if (Files.isReadable(path)) {
        jars.add(url(path));
      } else {
        throw new DaemonException("--plugin-path " + path + ": cannot be read");
      }
    } catch (IOException e) {
      throw new DaemonException("--plugin-path " + path + ": " + e.getMessage(), e);
    }
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar");
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }
}
