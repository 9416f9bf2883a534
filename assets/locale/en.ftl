# Words of the window. Numbers come with their units from the program, already written; keep both files in step.
# `x-hint` is the longer line of a tooltip.

## Everywhere

start = Start
not-a-device = Training and research tool, not a medical device
settings = Settings
open = Open…
open-hint = Open a case file
back = Back
back-hint = Back to the cases
resume = Resume
compare = Compare
drill = Drill
undo = Undo
redo = Redo
close = Close
search = Search
yes = Yes
no = No
procedure-pvp = PVP
procedure-pkp = PKP
mode-guided = guided
mode-practice = practice
mode-exam = exam
sex-f = female
sex-m = male
