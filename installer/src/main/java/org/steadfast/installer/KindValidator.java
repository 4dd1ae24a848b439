package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import java.util.List;

/** Checks what is to be installed. */
public final class KindValidator extends PanelValidator {
    @Override
    List<String> problems(InstallData data) {
        return new Answers(data).problemsOfWays();
    }
}
