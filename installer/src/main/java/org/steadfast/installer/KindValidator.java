package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks what is to be installed; of a file of answers, before any of them is used, whether all of it means something. */
public final class KindValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) throws IOException {
        Optional<OptionsFile> file = OptionsFile.given();
        if (file.isEmpty()) {
            return new Answers(data).problemsOfWays();
        }
        List<String> problems = new ArrayList<>(file.get().problems());
        problems.addAll(Answers.problemsOfFile(file.get().answers()));
        return problems;
    }
}
