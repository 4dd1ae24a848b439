package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.steadfast.distribution.cluster.ClusterAnswers;

/** Refuses a folder without a cluster, or with one that has no nodes on this machine or none that would run. */
public final class ExistingValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        return ClusterAnswers.problemsOfMachine(Path.of(new Answers(data).get(Answers.INSTANCE))
                .toAbsolutePath()
                .normalize());
    }
}
