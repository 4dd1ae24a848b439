package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.steadfast.distribution.cluster.ClusterAnswers.Subject;

/** Checks what is answered about where everything is kept. */
public final class FoldersValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Answers answers = new Answers(data);
        List<String> problems = answers.problemsOfFolders();
        return problems.isEmpty() ? answers.problems(Set.of(Subject.FOLDERS)) : problems;
    }
}
