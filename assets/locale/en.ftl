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

## Debrief: time

debrief-key-space = Space
what-if-cancel = Cancel
debrief-play = Play
debrief-pause = Pause
debrief-speed = Speed of playing
debrief-time = Time in the operation
debrief-nothing-injected = No cement was injected, so there are no curves
event-lateral = lateral picture
event-ap = AP picture
event-tool = tool or balloon
event-mix = cement mixed
event-push = push
event-pause = pause
event-leak = leak { $class } begins
event-stop = end of the injection
plot-pressure = Pressure
plot-syringe = syringe
plot-tip = tip
plot-volume = Volume
plot-injected = injected
plot-viscosity = Viscosity
plot-leaked = Leaked

## Debrief: pictures

debrief-ap = AP
debrief-lateral = lateral
debrief-as-seen = What you saw
debrief-truth = Truth now
debrief-no-picture-yet = No picture had been taken by now
debrief-picture-in-the-making = making the picture…

## Debrief: facts and leaks

debrief-paths = Paths: grade and least bone around the tool
debrief-left = left
debrief-right = right
debrief-figures = Figures
debrief-goals = What the case asked for
goal-met = met
goal-missed = missed
debrief-leaks = Leaks
debrief-no-leak = No cement left the bone
debrief-why = Why?
debrief-why-hint = Show the way that the cement took, in 3D and on the pictures
debrief-report = Report
debrief-report-hint = Save the report as a file
debrief-again = Again
debrief-again-hint = The same case once more
debrief-curves = Curves
leak-onset = from { $time }, { $ml } ml in
leak-seen = seen
leak-unseen = not seen
why-vein = Cement reached the vein “{ $route }” { $mm } mm from the tip, after { $ml } ml.
why-vein-size = There the vein is { $radius } mm in radius; { $along } mm along it the cement left the bone, after { $ml } ml.
why-opening = The way out “{ $route }” lay { $mm } mm from the tip. Cement took { $along } mm to it and left the bone after { $ml } ml.
why-open-bone = The bone on the way is open: { $times } times as permeable as half of this body.
why-tight-bone = The bone on the way is tight: { $times } times as permeable as half of this body.
why-usual-bone = The bone on the way is as permeable as elsewhere in this body ({ $times } times).
why-unknown = The way of this cement is not known
figure-leaked = leaked in all
figure-leaked-b = leaked B, basivertebral vein
figure-leaked-s = leaked S, segmental vein
figure-leaked-c = leaked C, cortical defect
figure-leaked-d = leaked D, into a disc
figure-leaked-t = leaked T, along the needle
figure-first-leak = injected at the first leak
figure-injected = injected
figure-in-body = in the body
figure-fill = fill of the body
figure-tip-pressure = highest pressure at the tip
figure-syringe-pressure = highest pressure in the syringe
figure-viscosity = viscosity at the first push
figure-age = age of the cement at the first push
figure-cavity = cavity
figure-balloon-pressure = highest pressure of a balloon
figure-margin = least bone around a tool
figure-pictures = pictures taken
figure-dose = dose-area product
figure-time = time

## What if

what-if = What if
what-if-later = { $seconds } s later
what-if-later-tip = The same operation with thicker cement: every push comes later
what-if-deeper = tip { $mm } mm further
what-if-deeper-tip = The same operation with the tips further along their lines
what-if-product = other cement
what-if-product-tip = The same operation with the cement chosen beside
what-if-procedure = as { $procedure }
what-if-procedure-tip = The other procedure along the same lines, by the script
what-if-replayed = Your own actions, done again with the change
what-if-scripted = The changed plan, carried out by the script
what-if-yours = as it was
what-if-changed = changed
what-if-difference = difference
what-if-failed = It cannot be done: { $because }

## Compare

compare-figures = Side by side; rows that differ are lit
compare-waiting = Both runs are on their way…
compare-failed = No run: { $because }
compare-switches = What kyphoplasty changes
switch-shell = packed wall
switch-shell-hint = The bone that the balloon packed around the cavity is tighter
switch-cavity = cavity
switch-cavity-hint = The room that the balloon made
switch-timing = thicker cement
switch-timing-hint = Cement is pushed later, when it is thicker
switch-volume = volume of the cavity
switch-volume-hint = No more cement than the cavity holds
compare-all-off = With all four off kyphoplasty is vertebroplasty

## Drill

drill-title = The posterior wall
drill-what-to-do = Look at both pictures: may this needle go on?
drill-leave-tip = Back to the cases (Esc)
drill-leave = Leave
drill-tally = { $right } of { $asked } right · median { $seconds } s · { $missed } medial breaches missed
drill-waiting = A patient is being brought in…
drill-failed = There is no question: { $because }
drill-ap = AP
drill-lateral = lateral
drill-axial = truth, axial at the tip
drill-advance = Advance
drill-stop = Stop: too medial
drill-redirect = Redirect: it will be too medial
drill-answer-tip = Key { $key }
drill-seconds-left = { $seconds } s
drill-right = Right
drill-wrong = Wrong
drill-too-late = Out of time
drill-truth = The answer is: { $answer }
drill-who = { $level }, { $side } pedicle
drill-behind-wall = The tip is { $mm } mm behind the posterior wall
drill-past-wall = The tip is { $mm } mm past the posterior wall
drill-medial-bone = { $mm } mm of bone are left to the medial wall
drill-through-medial = The needle is { $mm } mm through the medial wall
drill-canal = The canal is { $mm } mm from the needle
drill-in-canal = The needle is { $mm } mm inside the canal
drill-rule-kept = Driven on, the tip keeps the two-view rule
drill-rule-broken = The axis broke the two-view rule { $ago } mm ago, by { $past } mm at worst
drill-rule-will-break = In { $ahead } mm the axis will break the two-view rule, by { $past } mm at worst
drill-next = Next
drill-next-tip = The next patient (Enter or Space)
