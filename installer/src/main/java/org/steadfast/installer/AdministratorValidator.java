package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** Checks the administrator's password; an installer leaves nobody without one. */
public final class AdministratorValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Answers answers = new Answers(data);
        return answers.hasAdministratorPassword()
                ? answers.problems(Set.of(Subject.ADMINISTRATOR))
                : List.of("--administrator-password is missing; choose one of 12 characters at least");
    }
}
