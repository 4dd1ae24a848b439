package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** Checks what is answered about the database. */
public final class DatabaseValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Answers answers = new Answers(data);
        return answers.lacksDatabasePassword()
                ? List.of("--database-password is missing; it is that of the role")
                : answers.problems(Set.of(Subject.DATABASE));
    }
}
