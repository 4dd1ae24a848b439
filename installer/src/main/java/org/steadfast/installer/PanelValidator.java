package org.steadfast.installer;

import com.izforge.izpack.api.data.InstallData;
import com.izforge.izpack.api.installer.DataValidator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses what was answered on a panel, in every mode of the installer. izPack knows validators by the names of their classes and makes
 * them itself, so there is a class for each.
 */
abstract class PanelValidator implements DataValidator {
    private static final int LONGEST_LINE = 100;

    /** Written by {@link #validateData}, read by izPack right after it on the same thread. */
    private String message = "";

    /** What is wrong, as far as it can be told on this panel; empty if nothing is. */
    abstract List<String> problems(InstallData data) throws IOException;

    @Override
    public final Status validateData(InstallData data) {
        List<String> problems = new ArrayList<>();
        boolean isFile = false;
        try {
            isFile = OptionsFile.given().isPresent();
            problems.addAll(problems(data));
        } catch (IOException e) {
            problems.add("this machine cannot be looked at: " + e);
        }
        List<String> told = new ArrayList<>();
        for (String problem : problems) {
            told.add(fold(OptionNames.asLabels(problem, data.getMessages(), isFile)));
        }
        message = String.join("\n\n", told);
        return problems.isEmpty() ? Status.OK : Status.ERROR;
    }

    /** A text where izPack looks for the name of one; it takes what it does not know for the text. */
    @Override
    public final String getErrorMessageId() {
        return message;
    }

    @Override
    public final String getWarningMessageId() {
        return message;
    }

    @Override
    public final boolean getDefaultAnswer() {
        return false;
    }

    /** Message boxes are as wide as their longest line. */
    private static String fold(String text) {
        StringBuilder folded = new StringBuilder();
        int width = 0;
        for (String word : text.split(" ", -1)) {
            if (width > 0) {
                boolean isLong = width + word.length() > LONGEST_LINE;
                folded.append(isLong ? '\n' : ' ');
                width = isLong ? 0 : width + 1;
            }
            folded.append(word);
            width += word.length();
        }
        return folded.toString();
    }
}
