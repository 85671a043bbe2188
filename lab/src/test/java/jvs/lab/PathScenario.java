package jvs.lab;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** The methods without a tunnel, in both address families. */
@ParameterizedClass(name = "{0} {1}")
@CsvSource({"-m, IPV4", "-m, IPV6", "-g, IPV4", "-g, IPV6", "--fullnat, IPV4", "--fullnat, IPV6"})
final class PathScenario implements PathContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.parameterised();

  @Parameter(0)
  String method;

  @Parameter(1)
  Family family;

  @BeforeParameterizedClassInvocation
  static void open(String method, Family family) {
    LAB.open(
        transcript ->
            switch (method) {
              case "-m" -> NatLab.build(transcript, family);
              case "-g" -> RoutedLab.directRouting(transcript, family);
              default -> FullNatLab.build(transcript, family);
            });
  }

  @Override
  public LabExtension lab() {
    return LAB;
  }
}
